"""Node packages made for a test, and scripts that Node runs beside them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules.fast_synthesis.node import HOOK

SOURCE_MAP = "//# sourceMappingURL=data:application/json;base64,e30="


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(modules: Path, script: str, **environment: str) -> Any:
    """What a script says in JSON, run by Node beside `node_modules`; files loaded are `loaded()`."""
    (modules.parent / "script.js").write_text(
        "const loaded = () => Object.keys(require.cache).filter(name => name.includes('node_modules'))"
        f".map(name => name.split('lib/')[1]);\n{script}"
    )
    ran = run_node("script.js", cwd=modules.parent, environment=environment)
    assert ran.stderr == ""
    return json.loads(ran.stdout)


def run_node(
    *arguments: str | Path,
    cwd: Path | None = None,
    given: str = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run Node with the hook and nothing else preloaded; what is given is its standard input."""
    return subprocess.run(
        [os.environ.get("JSII_NODE", "node"), "--require", HOOK, *arguments],
        cwd=cwd,
        env={**os.environ, "NODE_OPTIONS": "", **(environment or {})},
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
