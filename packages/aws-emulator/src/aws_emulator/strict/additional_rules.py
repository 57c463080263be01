"""What AWS enforces and its service models leave out: a table, each rule with its source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aws_emulator.strict.queues import queue_attributes, queue_name
from aws_emulator.strict.request_parsing import ParsedRequest
from aws_emulator.strict.service_models import Violation
from aws_emulator.strict.windows import window_minutes

Parameters = Mapping[str, Any]
Check = Callable[[Parameters], Iterator[Violation]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A check of the operations of one service, and where AWS says so."""

    service: str
    operations: tuple[str, ...]
    source: str
    check: Check


def additional_violations(request: ParsedRequest) -> Iterator[Violation]:
    """What the table forbids in a request."""
    for rule in RULES:
        if rule.service == request.service and request.operation in rule.operations:
            yield from rule.check(request.parameters)


# Kinds of checks. `path` names a member, `Outer.Inner`; lists on the way are gone through.


def _at_most(path: str, most: int, unit: str = "items") -> Check:
    def check(parameters: Parameters) -> Iterator[Violation]:
        for member, value in _values(parameters, path):
            if len(value) > most:
                yield Violation(
                    member=member, got=f"{len(value)} {unit}", allowed=f"at most {most}", kind="additional"
                )

    return check


def _matching(path: str, pattern: str, allowed: str) -> Check:
    compiled = re.compile(pattern)

    def check(parameters: Parameters) -> Iterator[Violation]:
        for member, value in _values(parameters, path):
            if not compiled.fullmatch(str(value)):
                yield Violation(member=member, got=repr(value), allowed=allowed, kind="additional")

    return check


def _policy_of_at_most(path: str, most: int) -> Check:
    """White space does not count."""

    def check(parameters: Parameters) -> Iterator[Violation]:
        for member, value in _values(parameters, path):
            size = len(re.sub(r"\s", "", str(value)))
            if size > most:
                allowed = f"at most {most} without white space"
                yield Violation(member=member, got=f"{size} characters", allowed=allowed, kind="additional")

    return check


def _window_of_at_least(path: str, minutes: int) -> Check:
    def check(parameters: Parameters) -> Iterator[Violation]:
        for member, value in _values(parameters, path):
            length = window_minutes(str(value))
            if length is None or length < minutes:
                allowed = f"a window of {minutes} minutes or more"
                yield Violation(member=member, got=repr(value), allowed=allowed, kind="additional")

    return check


def _object_tags(parameters: Parameters) -> Iterator[Violation]:
    count = len(parse_qsl(str(parameters.get("Tagging") or ""), keep_blank_values=True))
    if count > _OBJECT_TAGS:
        allowed = f"at most {_OBJECT_TAGS}"
        yield Violation(member="Tagging", got=f"{count} tags", allowed=allowed, kind="additional")


def _parameter_size(parameters: Parameters) -> Iterator[Violation]:
    if parameters.get("Overwrite") and not parameters.get("Tier"):
        return  # the parameter keeps its tier, which may be the advanced one
    most = 8192 if parameters.get("Tier") in {"Advanced", "Intelligent-Tiering"} else 4096
    size = len(str(parameters.get("Value") or "").encode())
    if size > most:
        allowed = f"at most {most} in this tier"
        yield Violation(member="Value", got=f"{size} bytes", allowed=allowed, kind="additional")


def _alarm_span(parameters: Parameters) -> Iterator[Violation]:
    periods = [parameters.get("Period")]
    periods += [query.get("Period") for query in parameters.get("Metrics") or ()]
    periods += [(query.get("MetricStat") or {}).get("Period") for query in parameters.get("Metrics") or ()]
    longest = max((int(period) for period in periods if period), default=0)
    span = longest * int(parameters.get("EvaluationPeriods") or 1)
    most = _WEEK if longest >= _HOUR else _DAY
    if span > most:
        allowed = f"at most {most} seconds for periods of this length"
        yield Violation(member="EvaluationPeriods", got=f"{span} seconds", allowed=allowed, kind="additional")


def _function_variables(parameters: Parameters) -> Iterator[Violation]:
    variables = (parameters.get("Environment") or {}).get("Variables") or {}
    size = len(json.dumps(dict(variables), separators=(",", ":")).encode())
    if size > _FUNCTION_VARIABLES:
        allowed, got = f"at most {_FUNCTION_VARIABLES}", f"{size} bytes"
        yield Violation(member="Environment.Variables", got=got, allowed=allowed, kind="additional")


def _values(value: Any, path: str, member: str = "") -> Iterator[tuple[str, Any]]:
    name, _, rest = path.partition(".")
    if not name:
        yield member, value
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _values(item, path, f"{member}[{place}]")
    elif isinstance(value, Mapping) and value.get(name) is not None:
        below = f"{member}.{name}" if member else name
        yield from _values(value[name], rest, below)


_HOUR, _DAY, _WEEK = 3_600, 86_400, 604_800
_OBJECT_TAGS, _FUNCTION_VARIABLES = 10, 4_096
# Of names and descriptions of security groups and their rules.
_EC2_TEXT = r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}"
_EC2_ALLOWED = "up to 255 letters, digits, spaces and . _-:/()#,@[]+=&;{}!$*"
_BALANCER = r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)"
_BALANCER_ALLOWED = "up to 32 letters, digits and '-', not at an end"

RULES = (
    Rule(
        service="ec2",
        operations=("CreateSecurityGroup",),
        source="Amazon EC2 API Reference, CreateSecurityGroup: GroupDescription",
        check=_matching("Description", _EC2_TEXT, _EC2_ALLOWED),
    ),
    Rule(
        service="ec2",
        operations=("CreateSecurityGroup",),
        source="Amazon EC2 API Reference, CreateSecurityGroup: GroupName",
        check=_matching("GroupName", rf"(?!sg-){_EC2_TEXT}", f"{_EC2_ALLOWED}, not beginning with sg-"),
    ),
    Rule(
        service="ec2",
        operations=("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
        source="Amazon EC2 API Reference, IpRange: Description",
        check=_matching("IpPermissions.IpRanges.Description", _EC2_TEXT, _EC2_ALLOWED),
    ),
    Rule(
        service="ec2",
        operations=("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
        source="Amazon EC2 API Reference, UserIdGroupPair: Description",
        check=_matching("IpPermissions.UserIdGroupPairs.Description", _EC2_TEXT, _EC2_ALLOWED),
    ),
    Rule(
        service="elbv2",
        operations=("CreateLoadBalancer",),
        source="Elastic Load Balancing API Reference, CreateLoadBalancer: Name",
        check=_matching(
            "Name", rf"(?!internal-){_BALANCER}", f"{_BALANCER_ALLOWED}, not beginning with internal-"
        ),
    ),
    Rule(
        service="elbv2",
        operations=("CreateTargetGroup",),
        source="Elastic Load Balancing API Reference, CreateTargetGroup: Name",
        check=_matching("Name", _BALANCER, _BALANCER_ALLOWED),
    ),
    Rule(
        service="iam",
        operations=("PutRolePolicy",),
        source="IAM User Guide, IAM and AWS STS quotas: 10,240 characters of inline policies a role",
        check=_policy_of_at_most("PolicyDocument", 10_240),
    ),
    Rule(
        service="iam",
        operations=("CreatePolicy", "CreatePolicyVersion"),
        source="IAM User Guide, IAM and AWS STS quotas: 6,144 characters a managed policy",
        check=_policy_of_at_most("PolicyDocument", 6_144),
    ),
    Rule(
        service="iam",
        operations=("CreateRole",),
        source="IAM User Guide, IAM and AWS STS quotas: 2,048 characters of a role's trust policy",
        check=_policy_of_at_most("AssumeRolePolicyDocument", 2_048),
    ),
    Rule(
        service="iam",
        operations=("UpdateAssumeRolePolicy",),
        source="IAM User Guide, IAM and AWS STS quotas: 2,048 characters of a role's trust policy",
        check=_policy_of_at_most("PolicyDocument", 2_048),
    ),
    Rule(
        service="kms",
        operations=("CreateKey", "PutKeyPolicy"),
        source="AWS KMS Developer Guide, Resource quotas: 32 KB a key policy document",
        check=_at_most("Policy", 32_768, "characters"),
    ),
    Rule(
        service="s3",
        operations=("PutBucketPolicy",),
        source="Amazon S3 User Guide, Bucket policies: 20 KB",
        check=_at_most("Policy", 20_480, "characters"),
    ),
    Rule(
        service="s3",
        operations=("PutObject", "CreateMultipartUpload"),
        source="Amazon S3 User Guide, Categorizing your objects using tags: up to 10",
        check=_object_tags,
    ),
    Rule(
        service="s3",
        operations=("PutObjectTagging",),
        source="Amazon S3 User Guide, Categorizing your objects using tags: up to 10",
        check=_at_most("Tagging.TagSet", _OBJECT_TAGS, "tags"),
    ),
    Rule(
        service="sns",
        operations=("CreateTopic",),
        source="Amazon SNS API Reference, CreateTopic: Name",
        check=_matching(
            "Name", r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo", "up to 256 letters, digits, '_', '-'"
        ),
    ),
    Rule(
        service="sqs",
        operations=("CreateQueue",),
        source="Amazon SQS API Reference, CreateQueue: QueueName",
        check=queue_name,
    ),
    Rule(
        service="sqs",
        operations=("CreateQueue", "SetQueueAttributes"),
        source="Amazon SQS API Reference, SetQueueAttributes: Attributes",
        check=queue_attributes,
    ),
    Rule(
        service="ssm",
        operations=("PutParameter",),
        source="AWS Systems Manager User Guide, Parameter tiers: 4 KB, advanced 8 KB",
        check=_parameter_size,
    ),
    Rule(
        service="cloudwatch",
        operations=("PutMetricAlarm",),
        source="Amazon CloudWatch API Reference, PutMetricAlarm: EvaluationPeriods",
        check=_alarm_span,
    ),
    Rule(
        service="cloudwatch",
        operations=("PutCompositeAlarm",),
        source="Amazon CloudWatch API Reference, PutCompositeAlarm: AlarmRule",
        check=_at_most("AlarmRule", 10_240, "characters"),
    ),
    Rule(
        service="lambda",
        operations=("CreateFunction", "UpdateFunctionConfiguration"),
        source="AWS Lambda Developer Guide, Quotas: 4 KB of environment variables",
        check=_function_variables,
    ),
    Rule(
        service="rds",
        operations=("CreateDBInstance", "ModifyDBInstance", "CreateDBCluster", "ModifyDBCluster"),
        source="Amazon RDS API Reference, CreateDBInstance: PreferredBackupWindow",
        check=_window_of_at_least("PreferredBackupWindow", 30),
    ),
    Rule(
        service="rds",
        operations=("CreateDBInstance", "ModifyDBInstance", "CreateDBCluster", "ModifyDBCluster"),
        source="Amazon RDS API Reference, CreateDBInstance: PreferredMaintenanceWindow",
        check=_window_of_at_least("PreferredMaintenanceWindow", 30),
    ),
    Rule(
        service="elasticache",
        operations=("CreateReplicationGroup", "ModifyReplicationGroup", "CreateCacheCluster"),
        source="Amazon ElastiCache API Reference, CreateReplicationGroup: PreferredMaintenanceWindow",
        check=_window_of_at_least("PreferredMaintenanceWindow", 60),
    ),
    Rule(
        service="elasticache",
        operations=("CreateReplicationGroup", "ModifyReplicationGroup", "CreateCacheCluster"),
        source="Amazon ElastiCache User Guide, Scheduling automatic backups: windows of 60 minutes at least",
        check=_window_of_at_least("SnapshotWindow", 60),
    ),
)
