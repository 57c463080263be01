"""Every stack as it ships: applied, planned again empty, paused, resumed, destroyed or kept from it.

A primary and its recovery stack, each once both are applied: a failover and a failback.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from modules.resilience.recovery.settings import RecoveryTier
from operations.plan.data_holding import DATA_HOLDING
from operations.sandbox import EXCLUSIONS, Workspace
from operations.terraform import Change, Plan
from stacks.catalogue import catalogue
from tests.emulator.left_behind import typed_by_somebody_who_left
from tests.emulator.operated import Operated
from tests.emulator.recovered import Recovered, Regions
from tests.planned import keep, planned
from tests.primaries import variables
from tests.stacks.environments import environments, recoveries
from tests.stacks.synthesized import Json, protected

pytestmark = pytest.mark.emulator
# The smallest with a service and a website.
OPERATED = "webapp-dev"
# Without web ACLs it is planned in a third of the time, so what is the same for each is done with it: it is
# resumed, where others are destroyed while they are paused, and planned by somebody who left the project.
FASTEST = "booking-dev"
# The smallest with a recovery stack: its failover is stopped by Ctrl-C too.
INTERRUPTED = "webapp-production"
PAUSED = {"infrastructure_paused": "true"}


def applied(name: str, output: Path, workspace: Workspace, kept_plans: Path) -> dict[str, str] | None:
    """Apply a stack; the variables that it was given."""
    file = output / "stacks" / name / "cdk.tf.json"
    given = variables(json.loads(file.read_text()), workspace.emulator)
    workspace.write(file)
    workspace.init()
    plan, found = planned(workspace, given)
    if not workspace.left_out:
        keep(kept_plans, name, found)
    assert len(plan.changes) > 100
    assert len(workspace.left_out) < 0.05 * len(plan.changes), "more is excluded than shows anything"
    workspace.terraform.apply(plan)
    if given:
        # What was restored gets its backups and windows by a second apply, as a failover makes it.
        workspace.terraform.apply(variables=given, refresh=False)
    return given


def planned_again(workspace: Workspace, given: dict[str, str] | None = None) -> Plan:
    """An empty plan of an applied stack."""
    again = workspace.terraform.plan(variables=given)
    assert again.empty, [change for change in again.changes if change.action != "no-op"]
    return again


def generated_values(emulator: Emulator, region: str) -> list[str]:
    """Every credential that the emulator made up and keeps for the stack."""
    client = emulator.client("secretsmanager", region)
    values = []
    for secret in client.list_secrets()["SecretList"]:
        # A function in the VPC makes the first version of some, and none runs here.
        if not client.list_secret_version_ids(SecretId=secret["ARN"])["Versions"]:
            continue
        content = json.loads(client.get_secret_value(SecretId=secret["ARN"])["SecretString"])
        values += [value for value in content.values() if isinstance(value, str) and len(value) >= 16]
    return values


def where_secrets_are_seen(stack: Json, plan: Plan, emulator: Emulator, workspace: Workspace) -> list[str]:
    """Which of the state, the plan and the synthesized JSON hold the value of a credential."""
    secrets = generated_values(emulator, workspace.region)
    assert len(secrets) >= len(stack.get("ephemeral", {}).get("aws_secretsmanager_random_password", {}))
    seen = {
        "state": state_bytes(emulator, workspace),
        **files_of(plan),
        "synthesized": json.dumps(stack).encode(),
    }
    assert all(len(content) > 10_000 for content in seen.values())
    return [where for where, content in seen.items() if any(one.encode() in content for one in secrets)]


def files_of(plan: Plan) -> dict[str, bytes]:
    """What lies in a saved plan, a ZIP archive: the changes and the state before them."""
    with ZipFile(plan.file) as archive:
        return {name: archive.read(name) for name in ("tfplan", "tfstate")}


def state_bytes(emulator: Emulator, workspace: Workspace) -> bytes:
    """The state as it lies in its bucket."""
    backend = workspace.backend
    client = emulator.client("s3", backend["region"])
    stored: bytes = client.get_object(Bucket=backend["bucket"], Key=backend["key"])["Body"].read()
    return stored


# Its refusal to destroy is asked for once: Terraform stops at the first, the same for every type of resource.
# That each stack has them is seen in its JSON (tests/stacks), and so is what a pause changes.
KEPT = "booking-prod"


def is_a_pause(planned: Sequence[Change]) -> bool:
    """Whether a plan changes something and loses nothing."""
    changes = [change for change in planned if change.action != "no-op"]
    kinds = {one.address.partition(".")[0] for one in changes if one.action not in ("update", "create")}
    return len(changes) > 10 and not kinds & DATA_HOLDING.keys()


def operate(stack: Operated) -> None:
    """Deploy an image and publish a frontend: both are there, and Terraform has nothing left to do.

    With what is left of docs/runbooks/first-deployment.md after the apply.
    """
    image = stack.deployed_first("api")
    assert stack.running("api") == image
    stack.publish()
    assert stack.left_over() == []


def is_pilot_light(name: str) -> bool:
    """Whether a recovery stack stands by, which can be failed over to and back."""
    recovery = catalogue()[name].recovery
    return recovery is not None and recovery.tier is RecoveryTier.PILOT_LIGHT


def taken_over_and_back(name: str, recovery: str, workspace: Workspace, directory: Path) -> None:
    """A failover and a failback, each killed after every step, and Terraform has nothing left to do.

    By the command itself, which plans both stacks at its end.
    """
    both = Recovered(workspace, recovery, name=name, directory=directory)
    regions = Regions(workspace.emulator, name, recovery)
    home, away = {regions.home}, {regions.away}
    # No image is deployed, and the account is a new one.
    assert both.missing() - {"quotas"} == {"images"}
    assert regions.serving() == (home, home)
    if name == INTERRUPTED:
        both.is_interrupted()
        assert regions.serving() == (home, home)
    both.fail_over()
    assert regions.serving() == (away, away)
    both.fail_back()
    assert regions.serving() == (home, home)


def recovered(
    name: str, recovery: str, workspace: Workspace, second: Workspace, given: dict[str, str] | None
) -> None:
    """A failover and a failback of a recovery stack that stands by; an empty plan of another."""
    if is_pilot_light(name):
        taken_over_and_back(name, recovery, workspace, second.directory.with_name("recovered"))
    else:
        planned_again(second, given)


def pause(workspace: Workspace) -> None:
    """Pause a stack; there is nothing left to do."""
    assert is_a_pause(workspace.terraform.apply(variables=PAUSED, refresh=False))
    assert workspace.terraform.plan(variables=PAUSED).empty


def resume(workspace: Workspace) -> None:
    """Resume a stack; there is nothing left to do."""
    workspace.terraform.apply(refresh=False)
    assert workspace.terraform.plan().empty


@pytest.mark.parametrize("name", [name for name in environments() if name not in recoveries()])
def test_a_stack_is_applied_paused_resumed_and_destroyed_unless_it_is_protected(
    name: str,
    output: Path,
    stacks: dict[str, Json],
    emulator: Emulator,
    workspace: Workspace,
    kept_plans: Path,
    tmp_path: Path,
) -> None:
    plan = planned_again(workspace, applied(name, output, workspace, kept_plans))
    assert not where_secrets_are_seen(stacks[name], plan, emulator, workspace)
    if not protected(stacks[name]):
        if name == OPERATED:
            operate(Operated(name, workspace, tmp_path))
        if name == FASTEST:
            left = typed_by_somebody_who_left(name, output, workspace, tmp_path / "left")
            assert "No changes." in left
        if environments()[name].environment.naming.environment == "dev":
            pause(workspace)
        if name == FASTEST:
            resume(workspace)
        workspace.terraform.destroy(refresh=False)
        assert workspace.terraform.addresses() == []
        return
    for recovery in (one for one, other in catalogue().items() if other.recovery_of == name):
        second = Workspace(tmp_path / "recovery", emulator)
        given = applied(recovery, output, second, kept_plans)
        recovered(name, recovery, workspace, second, given)
    if name == KEPT:
        assert is_a_pause(workspace.terraform.plan(variables=PAUSED, refresh=False).changes)
        with pytest.raises(ProblemsError, match="prevent_destroy"):
            workspace.terraform.plan(destroy=True, refresh=False)


def test_every_exclusion_says_why() -> None:
    assert all(len(exclusion.reason) > 20 for exclusion in EXCLUSIONS)
