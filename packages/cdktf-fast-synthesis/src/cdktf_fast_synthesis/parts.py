"""The parts of this package, and which of them the environment switches off.

`FAST_SYNTHESIS=0` switches off all that makes synthesis faster. `FAST_SYNTHESIS_WITHOUT=attributes,messages`
switches off parts by name, for whoever looks for the one that is at fault; kernel_hook.cjs reads it too.
"""

from __future__ import annotations

import os

from .errors import SynthesisError, refusal

_WITHOUT = "FAST_SYNTHESIS_WITHOUT"
# These make nothing faster, so FAST_SYNTHESIS=0 leaves them on.
_ALWAYS = frozenset(("guard", "node"))
_FAST = frozenset(
    (
        "arguments",
        "attributes",
        "bindings",
        "bytecode",
        "compiled",
        "computed",
        "ending",
        "garbage",
        "json",
        "kernel",
        "messages",
        "node_files",
        "overrides",
        "package_files",
        "pipelining",
        "prepared",
        "resolve",
        "stack_traces",
        "texts",
        "type_checks",
        "types",
        "validations",
    )
)
PARTS = _ALWAYS | _FAST


def is_on() -> bool:
    """Whether the environment lets synthesis be fast (`FAST_SYNTHESIS` is anything but 0)."""
    return os.environ.get("FAST_SYNTHESIS") != "0"


def switched_on() -> frozenset[str]:
    """The parts that the environment leaves on. Raises SynthesisError for a name that is no part."""
    return (PARTS if is_on() else _ALWAYS) - _switched_off()


def _switched_off() -> frozenset[str]:
    names = [name.strip() for name in os.environ.get(_WITHOUT, "").split(",")]
    named = frozenset(filter(None, names))
    if unknown := sorted(named - PARTS):
        allowed = ", ".join(sorted(PARTS))
        fix = "correct the name, or unset the variable"
        raise SynthesisError(refusal(_WITHOUT, got=repr(name), allowed=allowed, fix=fix) for name in unknown)
    return named
