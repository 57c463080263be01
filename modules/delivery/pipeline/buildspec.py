"""The buildspecs of a pipeline's CodeBuild projects. Pure.

A buildspec is YAML (CodeBuild user guide, "Build specification reference for CodeBuild"), of which JSON is a
part. Its commands are the files of `scripts/`, whole, so that each can be run and tested by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_SCRIPTS = Path(__file__).with_name("scripts")


def buildspec(
    scripts: Sequence[str], *, variables: Mapping[str, str] | None = None, artifacts: str | None = None
) -> str:
    """The buildspec that runs `scripts` one after another; the first that fails ends the build.

    `variables` are environment variables, `artifacts` is the folder whose files are the output artifact.
    """
    document: dict[str, Any] = {
        "version": "0.2",
        "env": {"shell": "bash", **({"variables": dict(variables)} if variables else {})},
        # In `build` alone: `post_build` runs after a failed build too.
        "phases": {"build": {"commands": [command(name) for name in scripts]}},
    }
    if artifacts:
        document["artifacts"] = {"base-directory": artifacts, "files": ["**/*"]}
    return _escaped(json.dumps(document, indent=2))


def command(script: str) -> str:
    """A script as one command. In a shell of its own: the commands of a buildspec share one."""
    return f"(\nset -euo pipefail\n{(_SCRIPTS / f'{script}.sh').read_text()})"


def _escaped(text: str) -> str:
    """As Terraform writes the beginning of an expression or of a directive that is none."""
    return text.replace("${", "$${").replace("%{", "%%{")
