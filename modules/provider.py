"""The versions of the AWS provider that the modules support. Pure."""

from __future__ import annotations

# The bindings are generated from 6.25.0; 5.100.0 has all that the modules use by default.
OLDEST, UNSUPPORTED = "5.100.0", "7.0.0"


def constraint(*required: str) -> str:
    """The version constraint of a stack whose settings require at least the versions `required`."""
    lowest = max((OLDEST, *required), key=lambda version: [int(number) for number in version.split(".")])
    return f">= {lowest}, < {UNSUPPORTED}"
