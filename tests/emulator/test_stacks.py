"""Every stack as it ships: applied, planned again empty, and destroyed — or kept from being destroyed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.sandbox import EXCLUSIONS, Workspace

pytestmark = pytest.mark.emulator


def applied(name: str, output: Path, workspace: Workspace) -> Workspace:
    """A stack on the emulator, of which a second plan is empty."""
    workspace.write(output / "stacks" / name / "cdk.tf.json")
    workspace.init()
    plan = workspace.terraform.plan()
    assert len(plan.changes) > 100
    assert len(workspace.left_out) < 0.05 * len(plan.changes), "more is excluded than shows anything"
    workspace.terraform.apply(plan)
    again = workspace.terraform.plan()
    assert again.empty, [change for change in again.changes if change.action != "no-op"]
    return workspace


def generated_values(emulator: Emulator, region: str) -> list[str]:
    """Every credential that the emulator made up and keeps for the stack."""
    client = emulator.client("secretsmanager", region)
    values = []
    for secret in client.list_secrets()["SecretList"]:
        content = json.loads(client.get_secret_value(SecretId=secret["ARN"])["SecretString"])
        values += [value for value in content.values() if isinstance(value, str) and len(value) >= 16]
    return values


def protected(output: Path, name: str) -> dict[str, str]:
    """The address of one resource of each type that a plan must not destroy."""
    document = json.loads((output / "stacks" / name / "cdk.tf.json").read_text())
    return {
        kind: f"{kind}.{resource}"
        for kind, resources in document["resource"].items()
        for resource, arguments in resources.items()
        if arguments.get("lifecycle", {}).get("prevent_destroy")
    }


def refusal_of_replacing(address: str, workspace: Workspace) -> str:
    """What Terraform says when a resource is to be destroyed and made anew."""
    with pytest.raises(ProblemsError) as refused:
        workspace.terraform.plan(replace=address)
    return str(refused.value)


def state_bytes(emulator: Emulator, workspace: Workspace) -> str:
    """The state as it lies in its bucket."""
    backend = workspace.backend
    client = emulator.client("s3", backend["region"])
    stored = client.get_object(Bucket=backend["bucket"], Key=backend["key"])["Body"].read()
    return str(stored, "utf-8")


def test_ohi_dev_is_applied_planned_empty_and_destroyed_without_a_secret_in_sight(
    output: Path, emulator: Emulator, workspace: Workspace
) -> None:
    applied("ohi-dev", output, workspace)
    secrets = generated_values(emulator, workspace.region)
    assert len(secrets) >= 6
    seen = {
        "state": state_bytes(emulator, workspace),
        "plan": json.dumps(workspace.terraform.show(workspace.terraform.plan())),
        "synthesized": (output / "stacks/ohi-dev/cdk.tf.json").read_text(),
    }
    assert all(len(text) > 10_000 for text in seen.values())
    assert not [where for where, text in seen.items() if any(secret in text for secret in secrets)]
    workspace.terraform.destroy()
    assert workspace.terraform.addresses() == []


@pytest.mark.parametrize("name", ["webapp-dev", "webapp-staging"])
def test_a_web_app_is_applied_planned_empty_and_destroyed(
    name: str, output: Path, workspace: Workspace
) -> None:
    applied(name, output, workspace).terraform.destroy()
    assert workspace.terraform.addresses() == []


KEPT = {
    "ohi-prod": {
        "aws_db_instance",
        "aws_ecr_repository",
        "aws_efs_file_system",
        "aws_elasticache_replication_group",
        "aws_kms_key",
        "aws_route53_zone",
        "aws_s3_bucket",
        "aws_secretsmanager_secret",
    },
    "webapp-production": {
        "aws_ecr_repository",
        "aws_kms_key",
        "aws_rds_cluster",
        "aws_route53_zone",
        "aws_s3_bucket",
    },
}


@pytest.mark.parametrize("name", KEPT)
def test_production_is_applied_planned_empty_and_refuses_to_be_destroyed(
    name: str, output: Path, workspace: Workspace
) -> None:
    applied(name, output, workspace)
    with pytest.raises(ProblemsError, match="prevent_destroy"):
        workspace.terraform.plan(destroy=True)
    # Terraform stops at the first refusals; what lies under those is asked about one by one.
    refused = {
        kind: refusal_of_replacing(address, workspace) for kind, address in protected(output, name).items()
    }
    assert set(refused) == KEPT[name]
    assert not {kind: words for kind, words in refused.items() if "cannot be destroyed" not in words}


def test_every_exclusion_says_why() -> None:
    assert all(len(exclusion.reason) > 20 for exclusion in EXCLUSIONS)
