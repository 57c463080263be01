"""The parts of this package, and which of them the environment switches off.

`FAST_SYNTHESIS=0` switches off all that makes synthesis faster. `FAST_SYNTHESIS_WITHOUT=attributes,messages`
switches off parts by name, for whoever looks for the one that is at fault; kernel_hook.cjs reads it too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from .errors import SynthesisError, refusal

_SWITCH = "FAST_SYNTHESIS"
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
    """Whether the environment lets synthesis be fast (`FAST_SYNTHESIS` is not 0)."""
    return _switch() != "0"


def switched_on() -> frozenset[str]:
    """The parts that the environment leaves on.

    Raises SynthesisError for a name that is no part, and where FAST_SYNTHESIS is neither 0 nor 1.
    """
    if wrong := [*_problems()]:
        raise SynthesisError(wrong)
    return (PARTS if is_on() else _ALWAYS) - _switched_off()


def _problems() -> Iterator[str]:
    fix = "correct it, or unset the variable"
    if _switch() not in {"", "0", "1"}:
        yield refusal(_SWITCH, got=repr(_switch()), allowed="0 or 1", fix=fix)
    allowed = ", ".join(sorted(PARTS))
    for name in sorted(_switched_off() - PARTS):
        yield refusal(_WITHOUT, got=repr(name), allowed=allowed, fix=fix)


def _switch() -> str:
    return os.environ.get(_SWITCH, "").strip()


def _switched_off() -> frozenset[str]:
    names = [name.strip() for name in os.environ.get(_WITHOUT, "").split(",")]
    return frozenset(filter(None, names))
