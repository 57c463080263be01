"""Domain names and their zones. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from ..errors import Problem, refusal

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(\*\.)?(_?{_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]")
_LONGEST = 253  # RFC 1035, without the final dot


def is_domain(name: str) -> bool:
    """Whether `name` is a domain in lower case, with or without the prefix `*.`."""
    return len(name) <= _LONGEST and _NAME.fullmatch(name) is not None


def is_inside(name: str, zone: str) -> bool:
    """Whether a name is a zone's apex or below it."""
    return name == zone or name.endswith(f".{zone}")


def name_problems(where: str, name: str, zone: str) -> Iterator[Problem]:
    """An invalid name, or one outside the zone."""
    if not is_domain(name):
        allowed = f"a domain in lower case such as api.{zone}"
        yield Problem(where=where, what=refusal(got=repr(name), allowed=allowed, fix="correct the name"))
    elif not is_inside(name, zone):
        allowed = f"{zone} and names that end in .{zone}"
        yield Problem(
            where=where, what=refusal(got=name, allowed=allowed, fix="correct it, or use its own zone")
        )


def record_id(name: str, zone: str) -> str:
    """The part of a construct id for a name of a zone: `apex`, `api`, `wildcard-dev`."""
    relative = name.removesuffix(zone).rstrip(".") or "apex"
    return relative.replace("*", "wildcard").replace("_", "").replace(".", "-")


def _checked(name: str) -> str:
    if not is_domain(name) or name.startswith("*"):
        allowed = "a domain in lower case such as example.com"
        raise ValueError(refusal(got=repr(name), allowed=allowed, fix="correct the name"))
    return name


Domain = Annotated[str, AfterValidator(_checked)]
