"""The stack of the account as it ships: applied, planned again empty, destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.sandbox import Workspace

pytestmark = pytest.mark.emulator


def test_the_account_is_applied_once_and_destroyed(
    output: Path, emulator: Emulator, workspace: Workspace
) -> None:
    workspace.write(output / "stacks/account/cdk.tf.json")
    workspace.init()
    workspace.terraform.apply(workspace.terraform.plan())
    assert not workspace.left_out
    assert workspace.terraform.plan().empty
    (provider,) = emulator.client("iam", workspace.region).list_open_id_connect_providers()[
        "OpenIDConnectProviderList"
    ]
    assert provider["Arn"].endswith(":oidc-provider/token.actions.githubusercontent.com")
    workspace.terraform.destroy(refresh=False)
    assert workspace.terraform.addresses() == []
