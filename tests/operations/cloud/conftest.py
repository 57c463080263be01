"""A Terraform Cloud on this machine, and a stack whose state is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform_cloud.server import TerraformCloud, running_terraform_cloud


@pytest.fixture
def terraform_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TerraformCloud]:
    """An organization without workspaces."""
    with running_terraform_cloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def signed_in(terraform_cloud: TerraformCloud, monkeypatch: pytest.MonkeyPatch) -> TerraformCloud:
    """The same, for commands that run in this process."""
    for name, value in terraform_cloud.environment.items():
        monkeypatch.setenv(name, value)
    return terraform_cloud


def directory_of(archive: bytes, directory: Path) -> Path:
    """A directory with what an upload holds."""
    import io
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(directory, filter="data")
    return directory
