"""The tables of `infra orphans` know every type of every stack, and read each ARN as AWS writes it."""

from __future__ import annotations

from typing import Any

import pytest

from operations.orphans.kinds import kinds_of, not_terraforms
from operations.orphans.kinds_table import KINDS
from operations.orphans.untagged import ASKED, NOT_LOOKED_FOR, WRITTEN_OVER

TAGGED = {kind_type for kind in KINDS for kind_type in kind.types}


def test_every_type_of_every_stack_is_in_one_of_the_tables(stacks: dict[str, dict[str, Any]]) -> None:
    used = {kind for document in stacks.values() for kind in document["resource"] if kind.startswith("aws_")}
    assert "aws_vpc" in used
    assert not used - TAGGED - {*ASKED, *NOT_LOOKED_FOR, *WRITTEN_OVER}


def test_no_type_is_in_two_tables() -> None:
    # The default security group has tags; the apply takes it over by itself where nobody imports it.
    tables = [TAGGED, {*ASKED}, {*NOT_LOOKED_FOR}, {*WRITTEN_OVER} - {"aws_default_security_group"}]
    assert sum(map(len, tables)) == len(set().union(*tables))


@pytest.mark.parametrize(
    ("arn", "kind", "said"),
    [
        ("arn:aws:ec2:eu-west-1:1:vpc/vpc-1", "aws_vpc", {"id": "vpc-1"}),
        ("arn:aws:s3:::shop-logs", "aws_s3_bucket", {"name": "shop-logs", "region": ""}),
        ("arn:aws:logs:eu-west-1:1:log-group:/aws/x/y", "aws_cloudwatch_log_group", {"path": "/aws/x/y"}),
        ("arn:aws:ecs:eu-west-1:1:service/shop/web", "aws_ecs_service", {"cluster": "shop", "name": "web"}),
        ("arn:aws:ecs:eu-west-1:1:task-definition/web:12", "aws_ecs_task_definition", {"revision": "12"}),
        (
            "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/shop/b1/l1/r1",
            "aws_lb_listener_rule",
            {"balancer": "b1", "listener": "l1"},
        ),
        (
            "arn:aws:wafv2:us-east-1:1:global/webacl/shop/1-2",
            "aws_wafv2_web_acl",
            {"name": "shop", "id": "1-2"},
        ),
        (
            "arn:aws:cloudwatch:eu-west-1:1:alarm:shop: a/b",
            "aws_cloudwatch_metric_alarm",
            {"path": "shop: a/b"},
        ),
        ("arn:aws:budgets::1:budget/shop", "aws_budgets_budget", {"account": "1", "name": "shop"}),
    ],
)
def test_an_arn_is_read(arn: str, kind: str, said: dict[str, str]) -> None:
    ((found, groups),) = kinds_of(arn)
    assert found.types[0] == kind
    assert said.items() <= groups.items()


def test_an_arn_that_only_begins_like_a_known_one_is_not_taken_for_it() -> None:
    assert not kinds_of("arn:aws:ec2:eu-west-1:1:vpc/vpc-1/x")
    assert not kinds_of("arn:aws:ec2:eu-west-1:1:vpc-peering-connection/pcx-1")


def test_an_automated_backup_is_not_to_be_deleted_by_hand() -> None:
    whose = [
        not_terraforms(f"arn:aws:rds:eu-west-1:1:snapshot:{name}", {}) for name in ("rds:shop-1", "by-hand")
    ]
    assert whose == [
        "an automated backup of a database; RDS deletes it itself",
        "a backup of a database; delete it by hand if nobody needs it",
    ]
