"""An API key: what its clients and its servers are given; applied, without a value in the state."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from modules.secrets.settings import ApiKeySettings
from operations.terraform import Terraform

REGION = "eu-west-1"
Json = dict[str, Any]


def build(stack: Any, context: Any) -> None:
    """A key between two services, and what each is given."""
    from cdktf import TerraformOutput

    from modules.secrets import ApiKey, RunningService, SecretAges

    services = [RunningService(cluster="shop", service=name) for name in ("web", "orders")]
    settings = ApiKeySettings(name="orders", protected=False)
    key = ApiKey(stack, "orders-key", context=context, services=services, settings=settings)
    SecretAges(stack, "secret-ages", context=context, secrets={"orders": key.aged})
    for name, access in (("client", key.client_access), ("server", key.server_access)):
        TerraformOutput(stack, name, value=access.secrets, static_id=True)


def test_clients_get_the_current_key_and_servers_the_accepted_ones(
    synthesize_module: Callable[..., Json],
) -> None:
    outputs = synthesize_module(build)["output"]
    ((client, current),) = outputs["client"]["value"].items()
    ((server, accepted),) = outputs["server"]["value"].items()
    assert (client, server) == ("ORDERS_API_KEY", "ORDERS_API_KEYS")
    # By the rotation, which comes after the first version.
    assert re.fullmatch(
        r"\$\{aws_secretsmanager_secret_rotation\.orders-key_rotation_\w+\.secret_id\}:current::", current
    )
    assert accepted.endswith(":accepted::")


@pytest.mark.parametrize("name", ["Orders", "9to5", "a_b", ""])
def test_a_name_that_makes_no_variable_is_refused(name: str) -> None:
    with pytest.raises(ProblemsError, match="allowed: lower-case words joined by '-'"):
        ApiKeySettings(name=name)


@pytest.mark.emulator
def test_a_key_is_applied_once_and_rotates(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Json]
) -> None:
    synthesize_module(build, tmp_path)
    terraform.init()
    terraform.apply()
    assert terraform.plan(file="again").empty
    (secret,) = emulator.client("secretsmanager", REGION).list_secrets()["SecretList"]
    assert secret["RotationEnabled"] is True
    assert secret["RotationRules"] == {"AutomaticallyAfterDays": 90}
    terraform.destroy(refresh=False)
    assert emulator.client("secretsmanager", REGION).list_secrets()["SecretList"] == []
