"""Settings of buckets. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import PositiveInt

from ...errors import Problem, refusal
from ...settings import settings

# Amazon S3 user guide, "Constraints and considerations for transitions": days before these classes.
_INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
_DAYS_BEFORE_INFREQUENT = 30


@settings
class Transition:
    """Objects move to a cheaper storage class so many days after they were written."""

    days: PositiveInt
    storage_class: Literal[
        "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"
    ]

    def problems(self) -> Iterator[Problem]:
        """Transitions that S3 refuses."""
        if self.storage_class in _INFREQUENT and self.days < _DAYS_BEFORE_INFREQUENT:
            allowed = f"{_DAYS_BEFORE_INFREQUENT} or more for {self.storage_class}"
            why = refusal(got=f"{self.days} days", allowed=allowed, fix="wait longer or take another class")
            yield Problem(where="days", what=why)


@settings
class LifecycleRule:
    """What becomes of objects below a prefix ("" is all) as they age, in days."""

    name: str
    prefix: str = ""
    expire_days: PositiveInt | None = None
    expire_noncurrent_days: PositiveInt | None = None
    # So many versions stay however old they are; what is left of an object without versions goes.
    keep_noncurrent_versions: PositiveInt | None = None
    transitions: tuple[Transition, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Rules that do nothing, or that move what has expired."""
        if not (self.expire_days or self.expire_noncurrent_days or self.transitions):
            why = refusal(
                got="no action", allowed="an expiry or a transition", fix="set one or drop the rule"
            )
            yield Problem(where=self.name, what=why)
        if self.keep_noncurrent_versions and not self.expire_noncurrent_days:
            why = refusal(
                got="versions to keep without an expiry of others",
                allowed="expire_noncurrent_days beside it",
                fix="set it, or keep all",
            )
            yield Problem(where=self.name, what=why)
        latest = max((one.days for one in self.transitions), default=0)
        if self.expire_days and self.expire_days <= latest:
            got = f"expiry after {self.expire_days} days, transition after {latest}"
            why = refusal(got=got, allowed="an expiry after every transition", fix="change one of the two")
            yield Problem(where=self.name, what=why)


@settings
class CorsRule:
    """Which other origins' pages may use the bucket, such as `https://app.example.com`."""

    origins: tuple[str, ...]
    methods: tuple[Literal["GET", "HEAD", "PUT", "POST", "DELETE"], ...] = ("GET", "HEAD")
    headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ("ETag",)
    max_age_seconds: PositiveInt = 3600

    def problems(self) -> Iterator[Problem]:
        """Origins that are none."""
        for origin in self.origins:
            if not origin.startswith(("https://", "http://localhost")) or origin.endswith("/"):
                allowed = "https://host without a path, or http://localhost:port"
                yield Problem(
                    where="origins", what=refusal(got=repr(origin), allowed=allowed, fix="correct it")
                )


@settings
class BucketSettings:
    """A private bucket. `protected` keeps a plan from destroying it, with what it holds."""

    protected: bool = True
    versioned: bool = True
    lifecycle: tuple[LifecycleRule, ...] = (
        # A version that nobody restored in a month is what was meant to be gone; keeping all costs for ever.
        LifecycleRule(name="noncurrent-versions", expire_noncurrent_days=30),
    )
    # Parts of uploads that never finished are invisible, and paid for.
    abort_uploads_days: PositiveInt = 7
    cors: tuple[CorsRule, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Two rules of one name, and rules for versions that are not kept."""
        names = [rule.name for rule in self.lifecycle]
        for name in sorted({name for name in names if names.count(name) > 1}):
            why = refusal(got=f"{name!r} twice", allowed="each name once", fix="rename one")
            yield Problem(where="lifecycle", what=why)
