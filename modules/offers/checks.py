"""Checks of single values against the table: versions, classes, zones, runtimes. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Problem, refusal
from ..regions import GLOBAL_REGION, partition
from .table import Offers, offers

_REFRESH = "if AWS offers it by now: infra offers refresh"
_SHOWN = 12


def support_problems(
    engine: str, version: int | str, *, extended: bool, table: Offers | None = None
) -> Iterator[Problem]:
    """A major version whose standard support has ended, where extended support is off.

    RDS creates no such instance (Amazon RDS user guide, "Amazon RDS Extended Support charges": avoiding
    charges), and upgrades one that there is. Which day: that of the table.
    """
    known = table or offers()
    ends = known.support[engine]
    ended = ends.get(str(version))
    if ended is None or ended >= known.day or extended:
        return
    supported = [name for name, day in ends.items() if day >= known.day]
    why = refusal(
        got=f"{version}, whose standard support ended on {ended}, with extended support off",
        allowed=", ".join(supported),
        fix="take one of these, or set extended_support=True, which AWS charges by vCPU",
    )
    yield Problem(where="version", what=why)


def class_problems(service: str, name: str, region: str, *, table: Offers | None = None) -> Iterator[Problem]:
    """An instance class or node type that a region does not offer for a service."""
    known = table or offers()
    offered = known.classes(service, region)
    if name not in offered:
        family = name.rpartition(".")[0]
        near = [one for one in offered if one.startswith(f"{family}.")] or offered
        more = f" and {len(near) - _SHOWN} more" if len(near) > _SHOWN else ""
        why = refusal(
            got=f"{name}, which {service} does not offer in {region} (table of {known.day})",
            allowed=f"{', '.join(near[:_SHOWN])}{more}" if near else "none in this region",
            fix=f"take {'one of these, or ' if near else ''}another region; {_REFRESH}",
        )
        yield Problem(where="", what=why)


def region_problems(region: str, *, table: Offers | None = None) -> Iterator[Problem]:
    """A region that AWS does not have."""
    known = table or offers()
    if region not in known.zones:
        near = [one for one in known.zones if one.partition("-")[0] == region.partition("-")[0]]
        why = refusal(
            got=f"{region!r} (table of {known.day})",
            allowed=", ".join(near or known.zones),
            fix=f"correct the name; {_REFRESH}",
        )
        yield Problem(where="", what=why)


def partition_problems(own: str, region: str) -> Iterator[Problem]:
    """A region of another partition than the stack's own, whose credentials it does not take.

    Source: AWS general reference, "Regions and zones": an account is of one partition.
    """
    if partition(region) != partition(own):
        why = refusal(
            got=f"{region} of {partition(region)} in a stack of {own} of {partition(own)}",
            allowed=f"regions of {partition(own)}",
            fix=f"leave out what needs the other, such as CloudFront, which needs {GLOBAL_REGION}",
        )
        yield Problem(where="", what=why)


def resource_problems(kind: str, region: str, *, table: Offers | None = None) -> Iterator[Problem]:
    """A type of resource that a region does not have, such as a service that has not arrived there."""
    known = table or offers()
    lacking = known.lacking.get(kind, ())
    if region in lacking:
        continent = region.partition("-")[0]
        near = [one for one in known.zones if one not in lacking and one.partition("-")[0] == continent]
        why = refusal(
            got=f"{region}, which has no {kind} (table of {known.day})",
            allowed=", ".join(near or [one for one in known.zones if one not in lacking]),
            fix=f"leave out what needs it in the settings, or take another region; {_REFRESH}",
        )
        yield Problem(where="", what=why)


def zone_problems(zone: str, region: str, *, table: Offers | None = None) -> Iterator[Problem]:
    """An availability zone, such as `eu-west-1a`, that a region does not have."""
    known = table or offers()
    zones = [f"{region}{letter}" for letter in known.zones[region]]
    if zone not in zones:
        why = refusal(
            got=f"{zone} (table of {known.day})",
            allowed=", ".join(zones),
            fix=f"name one of these in zones=; {_REFRESH}",
        )
        yield Problem(where="", what=why)


def runtime_problems(runtime: str, *, table: Offers | None = None) -> Iterator[Problem]:
    """A Lambda runtime that is unknown or deprecated.

    AWS creates no function with it from some weeks after that day (AWS Lambda developer guide, "Lambda
    runtimes": runtime use after deprecation).
    """
    known = table or offers()
    current = [name for name, day in known.runtimes.items() if day is None or day >= known.day]
    if runtime not in current:
        ended = known.runtimes.get(runtime)
        got = f"{runtime}, deprecated since {ended}" if ended else f"{runtime}, which is no runtime"
        why = refusal(
            got=f"{got} (table of {known.day})",
            allowed=", ".join(current),
            fix=f"take one of these; {_REFRESH}",
        )
        yield Problem(where="", what=why)
