"""Settings of what an account records, checks and refuses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from ..errors import Problem, refusal
from ..settings import settings
from .config_rules import REVIEWED, ManagedRule

_STANDARD = re.compile(r"[a-z0-9-]+/v/\d+\.\d+\.\d+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")
# GuardDuty API: DetectorFeatureConfiguration, Name, without what RUNTIME_MONITORING replaces.
Feature = Literal[
    "S3_DATA_EVENTS",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RUNTIME_MONITORING",
]


@settings
class TrailSettings:
    """What CloudTrail keeps of every region: management events, and reads and writes of some buckets.

    Reads of secrets and uses of keys are management events, so they need no setting (AWS Secrets Manager and
    AWS KMS user guides, "Logging … with AWS CloudTrail").
    """

    # Days for which nobody, not even the root user, can delete or overwrite a log file, nor shorten this time
    # for it: S3 Object Lock in compliance mode. It can't be taken back, so try it with few days.
    locked_days: PositiveInt = 365
    # Days after which a log file expires.
    keep_days: PositiveInt = 730
    # Names of buckets of which each read and write of an object is recorded; charged by event.
    buckets: tuple[str, ...] = ()
    # Plans can't destroy the bucket and the key.
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """Files that expire while they are locked."""
        if self.keep_days < self.locked_days:
            got = f"{self.keep_days} days, locked for {self.locked_days}"
            why = refusal(got=got, allowed="as many as locked_days, or more", fix="raise keep_days")
            yield Problem(where="keep_days", what=why)


@settings
class ConfigSettings:
    """What AWS Config records of each resource's configuration, and the rules that it checks."""

    # DAILY records a resource that changed once a day; CONTINUOUS each change, for many times the price where
    # tasks and network interfaces come and go.
    frequency: Literal["DAILY", "CONTINUOUS"] = "DAILY"
    # The reviewed ones, each with its reason.
    rules: tuple[ManagedRule, ...] = REVIEWED
    # Days after which a history or a snapshot in the bucket expires.
    keep_days: PositiveInt = 730
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """The same rule twice."""
        names = [one.name for one in self.rules]
        for name in sorted({one for one in names if names.count(one) > 1}):
            why = refusal(got=f"{name} twice", allowed="each rule once", fix="remove one")
            yield Problem(where="rules", what=why)


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
    standards: tuple[str, ...] = ("cis-aws-foundations-benchmark/v/5.0.0",)

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


@settings
class PasswordPolicy:
    """Passwords of IAM users, as CIS asks for them; of no effect where people use IAM Identity Center."""

    length: Annotated[int, Field(ge=14, le=128)] = 14
    # Old passwords that can't be taken again.
    remembered: Annotated[int, Field(ge=1, le=24)] = 24


@settings
class AccountDefaultSettings:
    """What holds for the whole account: S3 is never public, passwords are long."""

    passwords: PasswordPolicy | None = PasswordPolicy()


@settings
class RegionDefaultSettings:
    """What holds for a region: EBS is encrypted, snapshots, images and EMR are never public, IMDSv2 alone."""

    # Hops that an answer of the metadata service may take: 2 reach containers on an instance.
    metadata_hops: Annotated[int, Field(ge=1, le=64)] = 1


@settings
class ServiceLinkedRoleSettings:
    """Service-linked roles that Terraform creates.

    None by default: AWS makes them when a service is first used, and CreateServiceLinkedRole fails where one
    exists. An account alone knows which it has; Terraform can't ask and create by the answer, since the next
    plan, in which the role exists, would destroy it.
    """

    # Such as config.amazonaws.com, in an account that never had it.
    services: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """No principal of a service, or one twice."""
        for one in self.services:
            if not _SERVICE.fullmatch(one) or self.services.count(one) > 1:
                allowed = "principals such as config.amazonaws.com, each once"
                why = refusal(got=repr(one), allowed=allowed, fix="correct the list")
                yield Problem(where="services", what=why)
