"""Node side: which Node jsii runs on, and a provider's index whose files are loaded when first used."""

from __future__ import annotations

import os
from pathlib import Path

HOOK = Path(__file__).with_name("kernel_hook.cjs")


def choose(program: str | os.PathLike[str] | None = None) -> None:
    """Set JSII_NODE to program, else to the nearest node_modules/.bin/node; never over one that is set."""
    found = Path(program) if program is not None else _nearest()
    if found is not None and not os.environ.get("JSII_NODE"):
        os.environ["JSII_NODE"] = str(found)


def preload_hook() -> None:
    """Have every Node that this process starts load the hook first; the hook itself is idle elsewhere."""
    options = os.environ.get("NODE_OPTIONS", "")
    # Node splits the variable at spaces outside of double quotes, and unescapes inside of them.
    quoted = str(HOOK).replace("\\", "\\\\").replace('"', '\\"')
    if quoted not in options:
        os.environ["NODE_OPTIONS"] = f'{options} --require "{quoted}"'.strip()


def _nearest() -> Path | None:
    candidates = (folder / "node_modules" / ".bin" / "node" for folder in Path(__file__).parents)
    return next((node for node in candidates if node.is_file()), None)
