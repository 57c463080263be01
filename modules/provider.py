"""The versions of the AWS provider that the modules support. Pure."""

from __future__ import annotations

import re

# The bindings are generated from 6.25.0; 5.100.0 has all that the modules use by default.
OLDEST, UNSUPPORTED = "5.100.0", "7.0.0"


def constraint(*required: str) -> str:
    """The version constraint of a stack whose settings require at least the versions `required`."""
    lowest = max((OLDEST, *required), key=lambda version: [int(number) for number in version.split(".")])
    return f">= {lowest}, < {UNSUPPORTED}"


def admits(constraint: str, version: str) -> bool:
    """Whether a constraint of Terraform allows a version; an empty one does."""
    found = _numbers(version)
    return all(_clause(clause.strip(), found) for clause in constraint.split(",") if clause.strip())


def _clause(clause: str, version: tuple[int, ...]) -> bool:
    sign, bound = re.sub(r"[\d.\s]", "", clause), _numbers(clause)
    if sign == "~>":
        written = len(re.findall(r"\d+", clause))
        return version >= bound and version[: written - 1] == bound[: written - 1]
    return {
        ">=": version >= bound,
        "<=": version <= bound,
        ">": version > bound,
        "<": version < bound,
        "!=": version != bound,
    }.get(sign, version == bound)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    return (*numbers, 0, 0)[:3]
