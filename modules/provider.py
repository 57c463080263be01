"""The versions of the AWS provider that the modules are valid with. Pure."""

from __future__ import annotations

# The bindings are generated from 6.25.0; what the modules use by default is in 5.100.0 already.
OLDEST, UNSUPPORTED = "5.100.0", "7.0.0"


def constraint(*required: str) -> str:
    """The constraint on the provider where settings need at least the versions `required`."""
    lowest = max((OLDEST, *required), key=lambda version: [int(number) for number in version.split(".")])
    return f">= {lowest}, < {UNSUPPORTED}"
