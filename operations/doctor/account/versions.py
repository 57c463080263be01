"""Versions whose standard support ended or ends soon: compared with today, as synthesis never is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from modules.offers.table import offers
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, ok, warning

_NOTICE = timedelta(days=180)
_OLD = timedelta(days=180)
_KINDS = ("aws_db_instance", "aws_rds_cluster")
_LIFECYCLE = "open-source-rds-extended-support-disabled"


def findings(target: Target, *, today: date | None = None) -> Iterator[Finding]:
    """A finding for each version near its end, and one where the table of offers is old."""
    now, table = today or datetime.now(UTC).date(), offers()
    if now - table.day > _OLD:
        yield warning(
            f"the table of what AWS offers is of {table.day}", "make lock, then infra offers refresh"
        )
    used = {
        (one["engine"], str(one["engine_version"]).partition(".")[0], one.get("engine_lifecycle_support"))
        for kind in _KINDS
        for one in target.resources(kind).values()
        if "engine_version" in one and "${" not in str(one["engine_version"])
    }
    near = []
    for engine, version, lifecycle in sorted(used, key=str):
        end = table.support.get(engine, {}).get(version)
        if end is not None and end - now < _NOTICE:
            near.append(version)
            then = "AWS upgrades it by itself" if lifecycle == _LIFECYCLE else "AWS charges extended support"
            verb = "ended" if end < now else "ends"
            fix = "raise version= in its settings, with allow_major_upgrade=True"
            yield warning(f"standard support of {engine} {version} {verb} on {end}; after it, {then}", fix)
    if not near:
        shown = ", ".join(f"{engine} {version}" for engine, version, _ in sorted(used, key=str))
        yield ok(f"in standard support for half a year or more: {shown or 'no database'}")
