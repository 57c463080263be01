"""A process reads botocore's own files once, however many sessions it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader

from backend.sessions import session
from modules.assumed_role import AssumedRole

REGION = "eu-west-1"
ROLE = AssumedRole(role_arn="arn:aws:iam::111111111111:role/deploy")


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that botocore reads from now on."""
    read = []
    whole = JSONFileLoader.load_file

    def noted(loader: JSONFileLoader, path: str) -> Any:
        if (found := whole(loader, path)) is not None:
            read.append(path)
        return found

    monkeypatch.setattr(JSONFileLoader, "load_file", noted)
    return read


def test_what_one_session_has_read_others_have(files: list[str]) -> None:
    session(ROLE, REGION).client("pricing")
    assert any("pricing" in file for file in files)
    files.clear()
    for role in (None, ROLE):
        session(role, REGION).client("pricing")
    assert not files


def test_directories_that_are_searched_stay_as_many() -> None:
    searched = [session(None, REGION)._loader.search_paths[:] for _ in range(3)]
    assert len(searched[-1]) == len(searched[0])


def test_a_directory_of_ones_own_models_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert str(tmp_path) in session(None, REGION)._loader.search_paths
    monkeypatch.delenv("AWS_DATA_PATH")
    assert str(tmp_path) not in session(None, REGION)._loader.search_paths
