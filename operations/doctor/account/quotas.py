"""Quotas of the account against what the stack needs besides what others use."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from operations.doctor.account.needs import fargate_vcpus, rules_of_groups
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, missing, ok, warning

# Of ECS: DescribeTasks takes a hundred tasks.
_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A quota of Service Quotas: `aws service-quotas list-aws-default-service-quotas` lists the codes."""

    what: str
    service: str
    code: str


ADDRESSES = Quota(what="Elastic IPs", service="ec2", code="L-0263D0A3")
VPCS = Quota(what="VPCs", service="vpc", code="L-F678F1CE")
GROUPS = Quota(what="security groups", service="vpc", code="L-E79EC296")
RULES = Quota(what="rules of a security group in one direction", service="vpc", code="L-0EA8095F")
VCPUS = {
    "FARGATE": Quota(what="Fargate vCPUs", service="fargate", code="L-3032A538"),
    "FARGATE_SPOT": Quota(what="Fargate Spot vCPUs", service="fargate", code="L-36FBB829"),
}


def findings(target: Target) -> Iterator[Finding]:
    """What exceeds a quota, each with the command that asks for more; else one finding with the numbers."""
    ec2 = target.client("ec2")
    counted = [
        (ADDRESSES, "aws_eip", _others(target, ec2, "describe_addresses", "Addresses")),
        (VPCS, "aws_vpc", _others(target, ec2, "describe_vpcs", "Vpcs")),
        (GROUPS, "aws_security_group", _others(target, ec2, "describe_security_groups", "SecurityGroups")),
    ]
    found = [_counted(target, quota, len(target.resources(kind)), used) for quota, kind, used in counted]
    found += [_rules(target), *_vcpus(target)]
    enough = [one.found for one in found if one.fix == ""]
    yield from (one for one in found if one.fix)
    if enough:
        yield ok("; ".join(enough))


def _counted(target: Target, quota: Quota, needed: int, used: int) -> Finding:
    allowed = _allowed(target, quota)
    what = f"{quota.what}: {needed} needed, {used} in use by others, {allowed:g} allowed"
    return ok(what) if needed + used <= allowed else missing(what, _more(target, quota, needed + used))


def _rules(target: Target) -> Finding:
    allowed = _allowed(target, RULES)
    counts = rules_of_groups(target)
    if not counts:
        return ok("no rules")
    (direction, group), most = counts.most_common(1)[0]
    what = f"{RULES.what}: {most} {direction} in aws_security_group.{group}, {allowed:g} allowed"
    return ok(what) if most <= allowed else missing(what, _more(target, RULES, most))


def _vcpus(target: Target) -> Iterator[Finding]:
    needed = {name: vcpus for name, vcpus in fargate_vcpus(target).items() if vcpus.at_rest}
    used = _vcpus_in_use(target) if needed else {}
    for name, vcpus in needed.items():
        quota, others = VCPUS[name], used.get(name, 0)
        allowed = _allowed(target, quota)
        what = (
            f"{quota.what}: {vcpus.at_rest:g} needed at rest, {vcpus.deploying:g} while all services deploy, "
            f"{others:g} in use by others, {allowed:g} allowed"
        )
        more = _more(target, quota, vcpus.deploying + others)
        if vcpus.at_rest + others > allowed:
            yield missing(what, more)
        elif vcpus.deploying + others > allowed:
            yield warning(what, f"{more}; or deploy a few services at a time")
        else:
            yield ok(what)


def _allowed(target: Target, quota: Quota) -> float:
    return allowed(target.client("service-quotas"), quota)


def allowed(quotas: Any, quota: Quota) -> float:
    """The account's value; for a quota that nobody changed, AWS's default."""
    names = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    try:
        answer = quotas.get_service_quota(**names)
    except quotas.exceptions.NoSuchResourceException:
        answer = quotas.get_aws_default_service_quota(**names)
    return float(answer["Quota"]["Value"])


def _more(target: Target, quota: Quota, value: float) -> str:
    return more(target.region, quota, value)


def more(region: str, quota: Quota, value: float) -> str:
    """The command that asks for more."""
    return (
        f"aws service-quotas request-service-quota-increase --region {region} "
        f"--service-code {quota.service} --quota-code {quota.code} --desired-value {value:g}"
    )


def _others(target: Target, ec2: Any, operation: str, key: str) -> int:
    call = getattr(ec2, operation)
    pages = ec2.get_paginator(operation).paginate() if ec2.can_paginate(operation) else [call()]
    return sum(not target.is_own(one.get("Tags", ())) for page in pages for one in page[key])


def _vcpus_in_use(target: Target) -> dict[str, float]:
    """The vCPUs of tasks in clusters that are not the stack's, by capacity provider."""
    ecs = target.client("ecs")
    own = {one["name"] for one in target.resources("aws_ecs_cluster").values()}
    return vcpus_in_use(ecs, own)


def vcpus_in_use(ecs: Any, without: Collection[str] = ()) -> dict[str, float]:
    """The vCPUs of the tasks of all clusters but the named ones, by capacity provider."""
    used: dict[str, float] = {}
    for cluster in (
        arn for page in ecs.get_paginator("list_clusters").paginate() for arn in page["clusterArns"]
    ):
        if cluster.rpartition("/")[2] in without:
            continue
        for page in ecs.get_paginator("list_tasks").paginate(
            cluster=cluster, PaginationConfig={"PageSize": _PAGE}
        ):
            described = (
                ecs.describe_tasks(cluster=cluster, tasks=page["taskArns"]) if page["taskArns"] else {}
            )
            for task in described.get("tasks", ()):
                provider = task.get("capacityProviderName") or task.get("launchType", "")
                used[provider] = used.get(provider, 0) + int(task.get("cpu") or 0) / 1024
    return used
