"""The stacks of the account as they ship: applied, planned again empty, destroyed but for what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.sandbox import Workspace
from stacks.account.settings import NAME, account_settings
from stacks.catalogue import catalogue
from tests.planned import keep, planned
from tests.stacks.synthesized import Json

pytestmark = pytest.mark.emulator
REGIONAL = [name for name, entry in catalogue().items() if entry.governs and name != NAME]


def unprotected(document: Path) -> None:
    """Let a plan destroy what is protected, as a person would who gives the account up."""
    content: Json = json.loads(document.read_text())
    for found in content["resource"].values():
        for body in found.values():
            body.get("lifecycle", {}).pop("prevent_destroy", None)
    document.write_text(json.dumps(content))


def test_the_account_is_applied_once_and_destroyed_when_it_is_given_up(
    output: Path, emulator: Emulator, workspace: Workspace, kept_plans: Path
) -> None:
    workspace.write(output / "stacks/account/cdk.tf.json")
    workspace.init()
    role = emulator.client("iam", workspace.region).create_service_linked_role(
        AWSServiceName="config.amazonaws.com"
    )["Role"]
    plan, found = planned(workspace)
    keep(kept_plans, "account", found)
    workspace.terraform.apply(plan)
    assert not workspace.left_out
    assert workspace.terraform.plan().empty
    (recorder,) = emulator.client("config", workspace.region).describe_configuration_recorders()[
        "ConfigurationRecorders"
    ]
    # moto writes the end of the name in small letters.
    assert recorder["roleARN"].casefold() == role["Arn"].casefold()
    (provider,) = emulator.client("iam", workspace.region).list_open_id_connect_providers()[
        "OpenIDConnectProviderList"
    ]
    assert provider["Arn"].endswith(":oidc-provider/token.actions.githubusercontent.com")
    (trail,) = emulator.client("cloudtrail", workspace.region).describe_trails()["trailList"]
    assert trail["IsMultiRegionTrail"]
    assert trail["LogFileValidationEnabled"]
    retention = account_settings([]).trail
    assert retention
    s3 = emulator.client("s3", workspace.region)
    lock = s3.get_object_lock_configuration(Bucket=trail["S3BucketName"])["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Days": retention.locked_days}
    with pytest.raises(ProblemsError, match="prevent_destroy"):
        workspace.terraform.plan(destroy=True, refresh=False)
    unprotected(workspace.directory / "cdk.tf.json")
    workspace.terraform.destroy(refresh=False)
    assert workspace.terraform.addresses() == []


@pytest.mark.parametrize("name", REGIONAL)
def test_what_each_further_region_has_is_applied_once_and_destroyed(
    name: str, output: Path, emulator: Emulator, workspace: Workspace, kept_plans: Path
) -> None:
    workspace.write(output / "stacks" / name / "cdk.tf.json")
    workspace.init()
    emulator.client("iam", workspace.region).create_service_linked_role(AWSServiceName="config.amazonaws.com")
    plan, found = planned(workspace)
    keep(kept_plans, name, found)
    workspace.terraform.apply(plan)
    assert not workspace.left_out
    assert workspace.terraform.plan().empty
    (detector,) = emulator.client("guardduty", name.removeprefix(f"{NAME}-")).list_detectors()["DetectorIds"]
    assert detector
    unprotected(workspace.directory / "cdk.tf.json")
    workspace.terraform.destroy(refresh=False)
    assert workspace.terraform.addresses() == []


def test_an_account_has_a_stack_for_each_further_region() -> None:
    assert len(REGIONAL) > 1
