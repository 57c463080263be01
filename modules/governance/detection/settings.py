"""Settings of what looks for threats and mistakes in an account. Pure."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Text

_STANDARD = re.compile(r"[a-z0-9-]+/v/\d+\.\d+\.\d+")
# GuardDuty API: DetectorFeatureConfiguration, Name, without what RUNTIME_MONITORING replaces.
Feature = Literal[
    "S3_DATA_EVENTS",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RUNTIME_MONITORING",
]

# Security Hub API: StandardsSubscriptionRequest, StandardsArn: its part behind `standards/` or `ruleset/`.
_Standard = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9./-]+",
        longest=255,
        allowed="a standard such as cis-aws-foundations-benchmark/v/5.0.0",
    ),
]


@settings
class GuardDutySettings:
    """What GuardDuty looks at beside CloudTrail's events, flow logs and DNS queries, which it always does.

    Not by default: EKS_AUDIT_LOGS and EBS_MALWARE_PROTECTION, since stacks have no EKS and no EC2 instances;
    RUNTIME_MONITORING, which adds an agent to each task of Fargate and is charged by its vCPUs. What is not
    named is switched off, since AWS switches some on by itself.
    """

    # S3_DATA_EVENTS: reads of buckets that are unusual. RDS_LOGIN_EVENTS: logins to Aurora and RDS.
    # LAMBDA_NETWORK_LOGS: whom functions talk to. Each is charged by what it looks at.
    features: tuple[Feature, ...] = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")

    def problems(self) -> Iterator[Problem]:
        """The same feature twice."""
        if len(set(self.features)) != len(self.features):
            why = refusal(got=self.features, allowed="each one once", fix="remove the double")
            yield Problem(where="features", what=why)


@settings
class SecurityHubSettings:
    """The standards by which Security Hub checks the account; each check is charged."""

    # The newest of CIS that Security Hub has (AWS Security Hub user guide, "CIS AWS Foundations Benchmark").
    standards: tuple[_Standard, ...] = ("cis-aws-foundations-benchmark/v/5.0.0",)

    def problems(self) -> Iterator[Problem]:
        """None, one twice, or one that is not the end of a standard's ARN."""
        if not self.standards or len(set(self.standards)) != len(self.standards):
            why = refusal(got=self.standards, allowed="at least one, each once", fix="correct the list")
            yield Problem(where="standards", what=why)
        for one in self.standards:
            if not _STANDARD.fullmatch(one):
                allowed = "a name and version such as cis-aws-foundations-benchmark/v/5.0.0"
                yield Problem(
                    where="standards", what=refusal(got=repr(one), allowed=allowed, fix="correct it")
                )


@settings
class AccessAnalyzerSettings:
    """Whether access of others to the account's resources is looked for, and access that nobody uses."""

    # Days after which a role, key or permission that was not used is reported; charged by role and user, so
    # None, off, by default (AWS IAM Access Analyzer pricing).
    unused_days: Annotated[int, Field(ge=1, le=365)] | None = None
