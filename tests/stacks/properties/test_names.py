"""The first property of every environment: no two share a name, so that they may share an account."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from modules.resilience.recovery.settings import SUFFIX
from tests.stacks.environments import recoveries

Json = dict[str, Any]
# What AWS or Terraform knows a thing by, where it is unique in an account.
NAMES = (
    *("name", "name_prefix", "identifier", "cluster_identifier", "alarm_name", "dashboard_name"),
    *("bucket", "bucket_prefix", "cidr_block", "domain_name", "replication_group_id", "aliases"),
)
# The names of some types alone.
NAMES_OF = {"aws_ecs_task_definition": ("family",), "aws_rds_global_cluster": ("global_cluster_identifier",)}
# Unique within another resource of the stack alone.
INSIDE_OTHERS = {
    "aws_appautoscaling_policy",
    "aws_guardduty_detector_feature",
    "aws_iam_role_policy",
    "aws_service_discovery_service",
}
# One environment of an account creates OHI's repositories, and those beside it there have `repositories=None`
# (stacks/ohi/schema.py); those that ship are of an account each.
OF_AN_ACCOUNT = {"aws_ecr_repository": "ohi-"}


def names(stack: Json) -> set[tuple[str, str]]:
    """Every physical name of a stack, with its kind, and the key of its state."""
    found = {("state", stack["terraform"]["backend"]["s3"]["key"])}
    for kind, named in stack["resource"].items():
        for body in named.values():
            for attribute in (*NAMES, *NAMES_OF.get(kind, ())) if kind not in INSIDE_OTHERS else ():
                values = body.get(attribute, ())
                found |= {
                    (kind, one)
                    for one in ([values] if isinstance(values, str) else values)
                    if "${" not in one and one != "0.0.0.0/0"
                }
    return {
        (kind, one)
        for kind, one in found
        if kind not in OF_AN_ACCOUNT or not one.startswith(OF_AN_ACCOUNT[kind])
    }


def shared_names(stacks: dict[str, Json]) -> dict[tuple[str, ...], set[tuple[str, str]]]:
    """What two stacks would create under one name, by the two: in one account the second could not."""
    named = {name: names(stack) for name, stack in stacks.items()}
    assert all(len(found) >= 5 for found in named.values())
    found = {pair: named[pair[0]] & named[pair[1]] for pair in combinations(sorted(named), 2)}
    return {pair: one for pair, one in found.items() if one}


def test_1_environments_share_nothing(stacks: dict[str, Json]) -> None:
    shared = shared_names(stacks)
    for name in recoveries():
        # What users know both by, and repositories, by whose names ECR copies images to the other region. The
        # rest is a recovery's own: both stand in one account.
        same = shared.pop((name.removesuffix(SUFFIX), name))
        assert {kind for kind, _ in same} <= {
            "aws_acm_certificate",
            "aws_ecr_repository",
            "aws_route53_record",
        }
    # In another region each.
    states = shared.pop(("state-backend", "state-backend-recovery"))
    assert {kind for kind, _ in states} <= {"aws_dynamodb_table", "aws_kms_alias"}
    assert not shared


def test_1_generated_environments_share_nothing(stacks: dict[str, Json], generated: dict[str, Json]) -> None:
    shared = shared_names({**stacks, **generated})
    assert not {pair: found for pair, found in shared.items() if not generated.keys().isdisjoint(pair)}


def test_1_repositories_of_one_name_are_found() -> None:
    """As they were with `RepositorySettings()`, where environments are of one account."""
    repositories = {"api": {"name": "shop-api"}, "worker": {"name": "ohi-worker"}}
    log_groups = {one: {"name": "/${aws_vpc.a}"} for one in ("a", "b")}

    def stack(name: str) -> Json:
        unique = {f"{number}": {"name": f"{name}-{number}"} for number in range(5)}
        return {
            "terraform": {"backend": {"s3": {"key": f"{name}.tfstate"}}},
            "resource": {
                "aws_ecr_repository": repositories,
                "aws_cloudwatch_log_group": log_groups,
                "aws_iam_role": unique,
            },
        }

    found = shared_names({name: stack(name) for name in ("shop-prod", "shop-dev")})
    assert found == {("shop-dev", "shop-prod"): {("aws_ecr_repository", "shop-api")}}
