"""Settings of what an account records. Pure."""

from collections.abc import Iterator
from typing import Literal

from ...errors import Problem, refusal
from ...settings import settings
from ...values import BucketName, LockedDays, Positive
from .config_rules import REVIEWED, ManagedRule


@settings
class TrailSettings:
    """What CloudTrail keeps of every region: management events, and reads and writes of some buckets.

    Reads of secrets and uses of keys are management events, so they need no setting (AWS Secrets Manager and
    AWS KMS user guides, "Logging … with AWS CloudTrail").
    """

    # Days for which nobody, not even the root user, can delete or overwrite a log file, nor shorten this time
    # for it: S3 Object Lock in compliance mode. It can't be taken back, so try it with few days.
    locked_days: LockedDays = 365
    # Days after which a log file expires.
    keep_days: Positive = 730
    # Names of buckets of which each read and write of an object is recorded; charged by event.
    buckets: tuple[BucketName, ...] = ()
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
    keep_days: Positive = 730
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """The same rule twice."""
        names = [one.name for one in self.rules]
        for name in sorted({one for one in names if names.count(one) > 1}):
            why = refusal(got=f"{name} twice", allowed="each rule once", fix="remove one")
            yield Problem(where="rules", what=why)
