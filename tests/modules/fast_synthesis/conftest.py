"""What the tests of the package share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cdktf import App, TerraformStack

from modules import fast_synthesis


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A `node_modules` in a folder with a space in its name."""
    found = tmp_path / "a project" / "node_modules"
    found.mkdir(parents=True)
    return found


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An application whose stacks need no provider."""
    return App(outdir=str(tmp_path), skip_validation=True)


@pytest.fixture
def stack(app: App) -> TerraformStack:
    """The stack `shop`."""
    return TerraformStack(app, "shop")


@pytest.fixture(scope="module")
def lifted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a copy of the package and nothing else of the project."""
    folder = tmp_path_factory.mktemp("another project")
    shutil.copytree(Path(fast_synthesis.__file__).parent, folder / "fast_synthesis")
    return folder
