"""What a `*.s3.tfbackend` file says is remembered, and forgotten when the file or its reader changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from backend.parse_cache import ParseCache

PROGRAM = """
import sys
from pathlib import Path
from backend import tfbackend
print(tfbackend.read(Path(sys.argv[1])).bucket, "hcl2" in sys.modules)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "default.s3.tfbackend"


@pytest.fixture(autouse=True)
def _writes_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def write(file: Path, bucket: str) -> None:
    file.write_text(f'bucket = "{bucket}"\nregion = "eu-west-1"\ndynamodb_table = "locks"\n')


def read(file: Path) -> list[str]:
    """The bucket, and whether the grammar was asked."""
    program = [sys.executable, "-c", PROGRAM, str(file)]
    return subprocess.check_output(program, text=True, env={"PATH": ""}).split()


def test_a_file_is_parsed_once_and_again_when_it_changed(file: Path) -> None:
    write(file, "first-states")
    assert [read(file), read(file)] == [["first-states", "True"], ["first-states", "False"]]
    write(file, "other-states")
    assert [read(file), read(file)] == [["other-states", "True"], ["other-states", "False"]]


def test_another_reader_remembers_nothing(file: Path, tmp_path: Path) -> None:
    reader = tmp_path / "reader.py"
    reader.write_text("one")
    ParseCache(file, "text", reader=reader).store({"bucket": "states"})
    assert ParseCache(file, "text", reader=reader).load() == {"bucket": "states"}
    reader.write_text("two")
    assert ParseCache(file, "text", reader=reader).load() is None


@pytest.mark.parametrize("kept", [b"", b'"text"', b"\xff"])
def test_what_was_damaged_is_forgotten(file: Path, tmp_path: Path, kept: bytes) -> None:
    memory = ParseCache(file, "text", reader=Path(__file__))
    memory.store({"bucket": "states"})
    (only,) = (tmp_path / "__pycache__").iterdir()
    only.write_bytes(kept)
    assert memory.load() is None


def test_a_folder_that_may_not_be_written_is_no_problem(file: Path, tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("a file in its place")
    memory = ParseCache(file, "text", reader=Path(__file__))
    memory.store({"bucket": "states"})
    assert memory.load() is None


def test_nothing_is_kept_where_python_keeps_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    ParseCache(file, "text", reader=Path(__file__)).store({"bucket": "states"})
    assert not (tmp_path / "__pycache__").exists()


def test_credentials_are_refused_and_not_kept(file: Path, tmp_path: Path) -> None:
    file.write_text('bucket = "states"\nregion = "eu-west-1"\naccess_key = "AKIA"\n')
    with pytest.raises(subprocess.CalledProcessError):
        read(file)
    assert not (tmp_path / "__pycache__").exists()
