"""Settings of S3 buckets. Pure."""

from collections.abc import Iterator
from typing import Annotated, Literal

from ...errors import Problem, refusal
from ...settings import settings
from ...values import HeaderName, KeptVersions, LockedDays, Origin, Positive, Prefix, Reason, Text

# Amazon S3 user guide, "Constraints and considerations for transitions": days before these classes.
_INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
_DAYS_BEFORE_INFREQUENT = 30

# Amazon S3 API: LifecycleRule, ID.
_RuleId = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*",
        longest=255,
        allowed="letters, digits and '.', '_', '-', 255 at most",
        fix="rename it",
    ),
]


@settings
class Transition:
    """A transition to another storage class, in days after the creation of an object."""

    days: Positive
    storage_class: Literal[
        "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"
    ]

    def problems(self) -> Iterator[Problem]:
        """Days that S3 refuses for the storage class."""
        if self.storage_class in _INFREQUENT and self.days < _DAYS_BEFORE_INFREQUENT:
            allowed = f"{_DAYS_BEFORE_INFREQUENT} or more for {self.storage_class}"
            why = refusal(got=f"{self.days} days", allowed=allowed, fix="wait longer or take another class")
            yield Problem(where="days", what=why)


@settings
class LifecycleRule:
    """A lifecycle rule for objects with a prefix ("" is all), in days."""

    name: _RuleId
    prefix: Prefix = ""
    expire_days: Positive | None = None
    expire_noncurrent_days: Positive | None = None
    # Newer noncurrent versions to retain; delete markers without noncurrent versions expire.
    keep_noncurrent_versions: KeptVersions | None = None
    transitions: tuple[Transition, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Rules without an action, or with a transition after the expiration."""
        if not (self.expire_days or self.expire_noncurrent_days or self.transitions):
            why = refusal(
                got="no action", allowed="an expiry or a transition", fix="set one or drop the rule"
            )
            yield Problem(where=self.name, what=why)
        if self.keep_noncurrent_versions and not self.expire_noncurrent_days:
            why = refusal(
                got="versions to keep without an expiry of others",
                allowed="expire_noncurrent_days beside it",
                fix="set it, or remove keep_noncurrent_versions",
            )
            yield Problem(where=self.name, what=why)
        latest = max((one.days for one in self.transitions), default=0)
        if self.expire_days and self.expire_days <= latest:
            got = f"expiry after {self.expire_days} days, transition after {latest}"
            why = refusal(got=got, allowed="an expiry after every transition", fix="change one of the two")
            yield Problem(where=self.name, what=why)


@settings
class CorsRule:
    """A CORS rule: allowed origins, such as `https://app.example.com`.

    `*`, every page of the web, needs `any_origin_reason`: why files may be read from anywhere.
    """

    origins: tuple[Origin, ...]
    methods: tuple[Literal["GET", "HEAD", "PUT", "POST", "DELETE"], ...] = ("GET", "HEAD")
    headers: tuple[HeaderName, ...] = ()
    expose_headers: tuple[HeaderName, ...] = ("ETag",)
    max_age_seconds: Positive = 3600
    any_origin_reason: Reason = ""

    def problems(self) -> Iterator[Problem]:
        """Invalid origins, and every origin without a reason or with changes allowed."""
        for origin in self.origins:
            if origin == "*" and self.any_origin_reason:
                yield from self._changes_by_anyone()
            elif not origin.startswith(("https://", "http://localhost")) or origin.endswith("/"):
                allowed = "https://host without a path, or http://localhost:port; * with any_origin_reason"
                yield Problem(
                    where="origins", what=refusal(got=repr(origin), allowed=allowed, fix="correct it")
                )

    def _changes_by_anyone(self) -> Iterator[Problem]:
        if changes := [one for one in self.methods if one not in ("GET", "HEAD")]:
            why = refusal(
                got=f"* with {', '.join(changes)}", allowed="* with GET and HEAD", fix="name origins"
            )
            yield Problem(where="methods", what=why)


@settings
class BucketSettings:
    """A private S3 bucket. `protected` prevents the destruction of the bucket and its objects."""

    protected: bool = True
    versioned: bool = True
    lifecycle: tuple[LifecycleRule, ...] = (
        # Noncurrent versions can be restored for a month; retaining all would cost more every month.
        LifecycleRule(name="noncurrent-versions", expire_noncurrent_days=30),
    )
    # Parts of incomplete multipart uploads are invisible, and charged.
    abort_uploads_days: Positive = 7
    cors: tuple[CorsRule, ...] = ()
    # Days for which nobody, not even the root user, can delete or overwrite a version of an object, nor
    # shorten this time: S3 Object Lock in compliance mode. For new buckets alone; None: no lock.
    locked_days: LockedDays | None = None

    def problems(self) -> Iterator[Problem]:
        """Lifecycle rules with the same name, or that delete what is locked; a lock without versions."""
        if self.locked_days and not self.versioned:
            why = refusal(got="a lock without versions", allowed="versioned=True", fix="set it, or no lock")
            yield Problem(where="locked_days", what=why)
        for rule in self.lifecycle:
            if self.locked_days and rule.expire_days and rule.expire_days < self.locked_days:
                got = f"expiry after {rule.expire_days} days, locked for {self.locked_days}"
                why = refusal(got=got, allowed="an expiry after the lock", fix="change one of the two")
                yield Problem(where=rule.name, what=why)
        names = [rule.name for rule in self.lifecycle]
        for name in sorted({name for name in names if names.count(name) > 1}):
            why = refusal(got=f"{name!r} twice", allowed="each name once", fix="rename one")
            yield Problem(where="lifecycle", what=why)
