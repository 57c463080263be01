"""Synthesis without the ten seconds that importing the prebuilt provider bindings takes; same output.

`install()` before anything imports cdktf. What it does, what it measures and how to lift it into another
project is in README.md. `FAST_SYNTHESIS=0` in the environment turns it off, except the choice of Node.
"""

from __future__ import annotations

import gc
import os

from . import arguments, attributes, bindings, kernel, messages, node

__all__ = ["install", "is_on"]


_OBJECTS = 50_000  # until Python looks for garbage again


def is_on() -> bool:
    """Whether the environment lets synthesis be fast (`FAST_SYNTHESIS` is anything but 0)."""
    return os.environ.get("FAST_SYNTHESIS") != "0"


def install(*, node_program: str | os.PathLike[str] | None = None) -> None:
    """Load bindings and kernel on demand from here on; a second call changes nothing.

    node_program is the Node to run jsii's kernel on, unless JSII_NODE names one; by default the nearest
    node_modules/.bin/node above this package, and without one the `node` on PATH.
    """
    node.choose(node_program)
    if is_on():
        node.preload_hook()
        bindings.import_on_demand()
        kernel.start_directly()
        arguments.send_what_is_set()
        messages.convert_directly()
        attributes.read_when_resolved()
        # jsii keeps every object for as long as the process lives: looking for garbage finds none.
        if 0 < gc.get_threshold()[0] < _OBJECTS:
            gc.set_threshold(_OBJECTS)
