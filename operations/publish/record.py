"""The record that a bucket keeps of what was published: the last releases, and who publishes now.

It is one object, and each change of it a conditional write, so it is the lock too. Why an object, and not
tags and a lifecycle rule: a rule counts from when a file was uploaded, not from when it left the site, and
would one day expire a file that is still part of it. Only this command deletes, and never what it has just
published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from modules.errors import ProblemsError, refusal

_FORMAT = 1
_KEPT_RELEASES = 2


@dataclass(frozen=True, kw_only=True)
class Release:
    """What was published once: each file's key, and the version of the object in the bucket."""

    at: str  # ISO 8601, UTC
    by: str
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who publishes now. `id` is of one run, `renewed` how often it said that it still works."""

    id: str
    by: str
    since: str
    renewed: int = 0


@dataclass(frozen=True, kw_only=True)
class Record:
    """The record. Only a publication that was stopped leaves `unfinished` and `invalidate` behind."""

    holder: Holder | None = None
    releases: tuple[Release, ...] = ()  # the latest first
    # Hashed files that are no part of the site any more, and since when.
    retired: Mapping[str, str] = field(default_factory=dict)
    # The files of a publication that began and did not end.
    unfinished: tuple[str, ...] | None = None
    # Paths that the caches may still have as they were.
    invalidate: tuple[str, ...] = ()

    def known(self) -> set[str]:
        """The keys that this command has put into the bucket, and that are there still."""
        latest = self.releases[0].files if self.releases else {}
        return {*latest, *self.retired, *(self.unfinished or ())}

    def begun(self, holder: Holder, keys: tuple[str, ...], invalidate: tuple[str, ...]) -> Record:
        """The record while `holder` publishes. What earlier runs left unfinished stays noted."""
        return replace(
            self,
            holder=holder,
            unfinished=tuple(sorted({*keys, *(self.unfinished or ())})),
            invalidate=tuple(sorted({*invalidate, *self.invalidate})),
        )

    def ended(self, release: Release, retired: Mapping[str, str], invalidate: tuple[str, ...]) -> Record:
        """The record of a finished publication; `invalidate` is what CloudFront did not take yet."""
        latest, *_ = *self.releases, None
        earlier = self.releases[1:] if latest and latest.files == release.files else self.releases
        releases = (release, *earlier)[:_KEPT_RELEASES]
        return replace(
            self, holder=None, releases=releases, retired=retired, unfinished=None, invalidate=invalidate
        )

    def to_json(self) -> str:
        """As it stands in the bucket."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str, where: str) -> Record:
        """Read it. Raises ProblemsError where it is not what this version of the command writes."""
        try:
            found: dict[str, Any] = json.loads(text)
            if found.pop("format") != _FORMAT:
                raise ValueError  # noqa: TRY301 - one answer to all that can be wrong
            holder, unfinished = found.pop("holder"), found.pop("unfinished")
            return cls(
                holder=Holder(**holder) if holder else None,
                releases=tuple(Release(**one) for one in found.pop("releases")),
                unfinished=None if unfinished is None else tuple(unfinished),
                invalidate=tuple(found.pop("invalidate")),
                **found,
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            why = refusal(
                got="what this version cannot read",
                allowed=f"a record of format {_FORMAT}",
                fix="update the project, or delete the object: then only --previous knows nothing",
            )
            raise ProblemsError.one(where, why) from None


def days_since(moment: str, now: datetime) -> float:
    """How many days have passed since a moment of the record."""
    return (now - datetime.fromisoformat(moment)).total_seconds() / 86_400
