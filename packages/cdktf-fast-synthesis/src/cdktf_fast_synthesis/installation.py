"""Everything put in place, in the order that works."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable

from . import (
    arguments,
    attributes,
    bindings,
    compiled_texts,
    kernel,
    messages,
    node,
    overrides,
    parts,
    pipelining,
    toolkits,
)
from .guard import install as install_guard

_OBJECTS = 1_000_000  # allocated until Python collects garbage again

# Each leaves a jsii that it doesn't know as it is.
_INSTALL: dict[str, Callable[[], None]] = {
    "texts": compiled_texts.compile_once,
    "kernel": kernel.start_directly,
    "arguments": arguments.omit_unset_fields,
    "messages": messages.convert_directly,
    "overrides": overrides.none_of_generated_classes,
    "pipelining": pipelining.create_without_waiting,
    "attributes": attributes.read_when_resolved,
}


def install(
    *, toolkit: str | None = None, node_program: str | os.PathLike[str] | None = None, guard: bool = True
) -> None:
    """Make synthesis fast and its silent losses errors, from here on; a second call changes nothing.

    Call it before anything imports cdktf. It starts the Node that jsii will ask for, which loads meanwhile:
    what the environment says to Node is read now.

    toolkit is what cdktf's names give, cdktf or cdktn; by default what is installed, cdktf if both are.
    node_program is the Node to run jsii's kernel on, unless JSII_NODE names one; by default the nearest
    node_modules/.bin/node above this package, and without one the `node` on PATH. guard=False leaves out the
    errors. Raises SynthesisError if FAST_SYNTHESIS_WITHOUT names something that is no part, if FAST_SYNTHESIS
    is neither 0 nor 1, and for a toolkit that is not installed.
    """
    on = parts.switched_on()
    if "node" in on:
        node.choose(node_program)
    if parts.is_on():
        node.preload_hook()
        bindings.import_on_demand(on)
    toolkits.use(toolkit)  # its names come before those that are found on the path
    for part, install_part in _INSTALL.items():
        if part in on:
            install_part()
    if "garbage" in on:
        _collect_garbage_less_often()
    if guard and "guard" in on:
        install_guard()  # last, so that it sees each call first


def _collect_garbage_less_often() -> None:
    # jsii keeps every object for as long as the process lives: a collection finds nothing.
    if 0 < gc.get_threshold()[0] < _OBJECTS:
        gc.set_threshold(_OBJECTS)
