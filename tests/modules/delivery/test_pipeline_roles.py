"""What the roles of a pipeline may do, as IAM decides it: what their stage needs, and nothing of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.delivery.pipeline.settings import Approval, Migration
from tests.iam.simulator import ACCOUNT, OTHER_TYPE, decisions
from tests.stacks.iam.arns import REGION, Applied
from tests.stacks.iam.roles import Role, granted, roles

TASKS = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
SERVICE_ROLES = {
    f"arn:aws:iam::{ACCOUNT}:role/shop-test-{service}-{kind}-role"
    for service in ("web", "worker")
    for kind in ("execution", "task")
}


@pytest.fixture(scope="module")
def applied(shipped: Callable[..., Any]) -> Applied:
    found = shipped(
        migration=Migration(service="web", command=("migrate",)),
        approval=Approval(emails=("lead@example.com",)),
    )
    return Applied("small", found._stack)


@pytest.fixture(scope="module")
def by_name(applied: Applied) -> dict[str, Role]:
    found = {arn.rpartition("/")[2].removeprefix("shop-test-"): one for arn, one in roles(applied).items()}
    assert {name for name in found if name.startswith("pipeline")} == {
        "pipeline-role",
        "pipeline-build-role",
        "pipeline-migrate-role",
        "pipeline-record-role",
    }
    return found


def passed(role: Role, arns: set[str], service: str = TASKS["iam:PassedToService"]) -> set[str]:
    asks = [role.ask("iam:PassRole", arn, {"iam:PassedToService": service}) for arn in sorted(arns)]
    said = dict(zip((ask.resource for ask in asks), decisions(asks), strict=True))
    return {arn for arn, decision in said.items() if decision == "Allowed"}


def test_what_the_policies_grant_is_allowed(by_name: dict[str, Role], applied: Applied) -> None:
    keys = applied.key_policies()
    asks = [ask for name, one in by_name.items() if "pipeline" in name for ask in granted(one, keys)]
    decided = list(zip(asks, decisions(asks), strict=True))
    refused = {(a.action, a.resource, said) for a, said in decided if said not in ("Allowed", OTHER_TYPE)}
    assert refused == set()


def test_the_pipeline_passes_the_four_roles_and_no_fifth(by_name: dict[str, Role], applied: Applied) -> None:
    everyone = set(roles(applied))
    assert everyone > SERVICE_ROLES
    assert passed(by_name["pipeline-role"], everyone) == SERVICE_ROLES
    assert passed(by_name["pipeline-role"], everyone, "lambda.amazonaws.com") == set()


def test_the_migration_passes_the_roles_of_its_service(by_name: dict[str, Role], applied: Applied) -> None:
    of_the_web = {arn for arn in SERVICE_ROLES if "-web-" in arn}
    assert passed(by_name["pipeline-migrate-role"], set(roles(applied))) == of_the_web


def test_a_build_and_the_record_pass_no_role(by_name: dict[str, Role], applied: Applied) -> None:
    for name in ("pipeline-build-role", "pipeline-record-role"):
        assert passed(by_name[name], set(roles(applied))) == set()


def test_a_stage_can_not_do_the_work_of_another(by_name: dict[str, Role]) -> None:
    place = f"{REGION}:{ACCOUNT}"
    on_the_cluster = {"ecs:cluster": f"arn:aws:ecs:{place}:cluster/shop-test"}
    work = {
        ("ecr:PutImage", f"arn:aws:ecr:{place}:repository/shop-web"): {
            "pipeline-build-role",
            "pipeline-record-role",
        },
        ("ssm:PutParameter", f"arn:aws:ssm:{place}:parameter/shop-test/web/image"): {"pipeline-record-role"},
        ("ecs:UpdateService", f"arn:aws:ecs:{place}:service/shop-test/shop-test-web-service"): {
            "pipeline-role"
        },
        ("ecs:RunTask", f"arn:aws:ecs:{place}:task-definition/shop-test-pipeline-migration:1"): {
            "pipeline-migrate-role"
        },
        # Not of a service: its task definition could run any command.
        ("ecs:RunTask", f"arn:aws:ecs:{place}:task-definition/shop-test-web-task:1"): set(),
        ("ecs:RegisterTaskDefinition", f"arn:aws:ecs:{place}:task-definition/shop-test-web-task:1"): {
            "pipeline-role"
        },
        ("ecs:UpdateService", f"arn:aws:ecs:{place}:service/shop-test/other"): set(),
        ("ssm:PutParameter", f"arn:aws:ssm:{place}:parameter/shop-test/other/image"): set(),
    }
    mine = [name for name in by_name if name.startswith("pipeline")]
    asked = [(name, what) for what in work for name in mine]
    said = decisions([by_name[name].ask(*what, on_the_cluster) for name, what in asked])
    found: dict[tuple[str, str], set[str]] = {what: set() for what in work}
    for (name, what), decision in zip(asked, said, strict=True):
        if decision == "Allowed":
            found[what].add(name)
    assert found == work
