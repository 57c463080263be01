"""Quotas against what a stack needs beside what others use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from operations.doctor.account import quotas
from operations.doctor.account.needs import Vcpus, fargate_vcpus, rules_of_groups
from operations.doctor.account.quotas import ADDRESSES, GROUPS, RULES, VCPUS, VPCS, Quota
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, Verdict
from tests.operations.doctor.account.conftest import REGION, TAGS

Made = Callable[..., Target]
NAMES = {"tags": {"Name": "x"}}


def some(kind: str, count: int, **body: Any) -> dict[str, Any]:
    return {kind: {f"n{number}": {**NAMES, **body} for number in range(count)}}


def service(*, tasks: int, strategy: list[dict[str, Any]] | None = None, most: int = 200) -> dict[str, Any]:
    spread = {"capacity_provider_strategy": strategy} if strategy else {"launch_type": "FARGATE"}
    return {
        "aws_ecs_cluster": {"cluster": {"name": "shop-prod"}},
        "aws_ecs_task_definition": {"api": {"cpu": "2048"}},
        "aws_ecs_service": {
            "api": {
                "task_definition": "${aws_ecs_task_definition.api.arn}",
                "desired_count": tasks,
                "deployment_maximum_percent": most,
                **spread,
            }
        },
    }


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> dict[Quota, float]:
    """What the account may have; a test changes it."""
    values = {
        ADDRESSES: 5.0,
        VPCS: 5.0,
        GROUPS: 10.0,
        RULES: 2.0,
        VCPUS["FARGATE"]: 6.0,
        VCPUS["FARGATE_SPOT"]: 6.0,
    }
    monkeypatch.setattr(quotas, "_allowed", lambda _, quota: values[quota])
    return values


def found(target: Target) -> list[Finding]:
    return list(quotas.findings(target))


def test_enough_is_one_finding_with_the_numbers(target: Made, allowed: dict[Quota, float]) -> None:
    del allowed
    [finding] = found(target({**some("aws_eip", 3), **some("aws_vpc", 1), **service(tasks=1)}))
    assert finding.verdict is Verdict.OK
    assert "Elastic IPs: 3 needed, 0 in use by others, 5 allowed" in finding.found
    # The account has a default VPC with its group.
    assert "VPCs: 1 needed, 1 in use by others, 5 allowed" in finding.found
    assert "security groups: 0 needed, 1 in use by others, 10 allowed" in finding.found
    assert "Fargate vCPUs: 2 needed at rest, 4 while all services deploy" in finding.found


@pytest.mark.usefixtures("allowed")
def test_what_others_use_counts_and_what_the_stack_has_does_not_count_twice(target: Made) -> None:
    stack = target(some("aws_eip", 3))
    ec2 = boto3.client("ec2", region_name=REGION)
    own = [
        {
            "ResourceType": "elastic-ip",
            "Tags": [{"Key": name, "Value": value} for name, value in TAGS.items()],
        }
    ]
    for specification in (own, own, own, [], []):
        ec2.allocate_address(Domain="vpc", TagSpecifications=specification)
    [finding] = found(stack)
    assert "Elastic IPs: 3 needed, 2 in use by others, 5 allowed" in finding.found
    ec2.allocate_address(Domain="vpc")
    refused, _ = found(stack)
    assert refused.verdict is Verdict.MISSING
    assert refused.found == "Elastic IPs: 3 needed, 3 in use by others, 5 allowed"
    assert refused.fix == (
        "aws service-quotas request-service-quota-increase --region eu-west-1 "
        "--service-code ec2 --quota-code L-0263D0A3 --desired-value 6"
    )


@pytest.mark.usefixtures("allowed")
def test_rules_count_by_group_and_direction(target: Made) -> None:
    def rules(kind: str, count: int) -> dict[str, Any]:
        return some(
            f"aws_vpc_security_group_{kind}_rule", count, security_group_id="${aws_security_group.api.id}"
        )

    even = target({**rules("ingress", 2), **rules("egress", 2)})
    assert rules_of_groups(even) == {("inbound", "api"): 2, ("outbound", "api"): 2}
    assert [one.verdict for one in found(even)] == [Verdict.OK]
    refused, _ = found(target({**rules("ingress", 3), **rules("egress", 2)}))
    assert refused.found.endswith("3 inbound in aws_security_group.api, 2 allowed")


@pytest.mark.parametrize(
    ("tasks", "verdict"), [(1, Verdict.OK), (2, Verdict.WARNING), (3, Verdict.WARNING), (4, Verdict.MISSING)]
)
@pytest.mark.usefixtures("allowed")
def test_vcpus_at_rest_are_required_those_of_a_deployment_advised(
    target: Made, tasks: int, verdict: Verdict
) -> None:
    findings = found(target(service(tasks=tasks)))
    assert findings[0].verdict is verdict


def test_tasks_are_shared_out_by_base_and_weight(target: Made) -> None:
    spot = {"capacity_provider": "FARGATE_SPOT", "weight": 4}
    strategy = [spot, {"capacity_provider": "FARGATE", "weight": 1, "base": 1}]
    needed = fargate_vcpus(target(service(tasks=6, strategy=strategy, most=150)))
    assert needed == {
        "FARGATE": Vcpus(at_rest=4, deploying=6),  # one, and a fifth of five
        "FARGATE_SPOT": Vcpus(at_rest=8, deploying=12),
    }


def test_the_vcpus_of_other_clusters_are_in_use(target: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pages:
        def __init__(self, *pages: dict[str, Any]) -> None:
            self.pages = pages

        def paginate(self, **_: Any) -> Any:
            return self.pages

    class Ecs:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def get_paginator(self, name: str) -> Pages:
            clusters = ["arn:aws:ecs:eu-west-1:1:cluster/shop-prod", "arn:aws:ecs:eu-west-1:1:cluster/blog"]
            return (
                Pages({"clusterArns": clusters})
                if name == "list_clusters"
                else Pages({"taskArns": ["one", "two"]})
            )

        def describe_tasks(self, *, cluster: str, tasks: list[str]) -> Any:
            self.asked.append(cluster)
            assert tasks == ["one", "two"]
            return {
                "tasks": [
                    {"cpu": "1024", "capacityProviderName": "FARGATE"},
                    {"cpu": "512", "launchType": "EC2"},
                ]
            }

    ecs = Ecs()
    stack = target(service(tasks=1))
    monkeypatch.setattr(Target, "client", lambda *_: ecs)
    assert quotas._vcpus_in_use(stack) == {"FARGATE": 1, "EC2": 0.5}
    assert ecs.asked == ["arn:aws:ecs:eu-west-1:1:cluster/blog"]


def test_a_quota_that_nobody_changed_is_aws_s_default(target: Made) -> None:
    # The emulator knows the defaults of VPCs, and no changed ones.
    assert quotas._allowed(target(), VPCS) == 5
