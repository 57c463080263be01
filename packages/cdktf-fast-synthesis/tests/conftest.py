"""What the tests of the package share; they need nothing of the project around it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import cdktf_fast_synthesis

cdktf_fast_synthesis.install()

from cdktf import App, TerraformStack  # noqa: E402  install() comes before

PACKAGE = Path(cdktf_fast_synthesis.__file__).parent
HOOK = PACKAGE / "kernel_hook.cjs"
_OURS = {
    "FAST_SYNTHESIS",
    "FAST_SYNTHESIS_WITHOUT",
    "NODE_OPTIONS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
}

# How long an example takes is the machine's affair, and never a failure.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


class NodeModules:
    """A `node_modules` in a folder with a space in its name, and Node beside it."""

    def __init__(self, project: Path) -> None:
        self.project = project
        (project / "node_modules").mkdir(parents=True)

    def write(self, name: str, text: str) -> None:
        """Write a file of a package."""
        path = self.project / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, script: str, **environment: str) -> Any:
        """What a script says in JSON, run by Node; files loaded are `loaded()`."""
        (self.project / "script.js").write_text(
            "const loaded = () => Object.keys(require.cache).filter(name => name.includes('node_modules'))"
            f".map(name => name.split('lib/')[1]);\n{script}"
        )
        ran = _run_node("script.js", cwd=self.project, environment=environment)
        assert ran.stderr == ""
        return json.loads(ran.stdout)


def _run_node(
    *arguments: str | Path,
    cwd: Path | None = None,
    given: str = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [os.environ.get("JSII_NODE", "node"), "--require", HOOK, *arguments],
        cwd=cwd,
        env={**os.environ, "NODE_OPTIONS": "", **(environment or {})},
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )


def _run_python(
    folder: Path, program: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _OURS}
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran


@pytest.fixture
def modules(tmp_path: Path) -> NodeModules:
    """A `node_modules` without a package."""
    return NodeModules(tmp_path / "a project")


@pytest.fixture(scope="session")
def run_node() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Node with the hook and nothing else preloaded; what is given is its standard input."""
    return _run_node


@pytest.fixture(scope="session")
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run_python(folder, program, *arguments, **environment)`, with every part switched on."""
    return _run_python


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An application whose stacks need no provider."""
    return App(outdir=str(tmp_path), skip_validation=True)


@pytest.fixture
def stack(app: App) -> TerraformStack:
    """The stack `shop`."""
    return TerraformStack(app, "shop")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder, with a space in its name, that holds a copy of the package and nothing else."""
    folder = tmp_path_factory.mktemp("another project")
    shutil.copytree(PACKAGE, folder / PACKAGE.name)
    return folder
