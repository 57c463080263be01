"""Generated code kept with its annotations as text: found again, made anew, and never in the way."""

from __future__ import annotations

import marshal
import os
import sys
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from cdktf_fast_synthesis import bytecode
from cdktf_fast_synthesis.bytecode import compiled

SOURCE = "def create(name: undefined_type = None) -> None: ...\n"


@pytest.fixture(autouse=True)
def _may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "generated.py").write_text(SOURCE)
    return tmp_path / "generated.py"


def code_of(module: Path) -> CodeType | None:
    found = compiled(module)
    return found.code if found else None


def annotations_in(module: Path) -> dict[str, object]:
    code = code_of(module)
    assert code is not None
    namespace: dict[str, Any] = {}
    exec(code, namespace)  # noqa: S102  the code is what is tested
    return dict(namespace["create"].__annotations__)


def kept(module: Path) -> list[Path]:
    return list((module.parent / "__pycache__").glob("*"))


def test_annotations_are_text_and_never_computed(module: Path) -> None:
    assert annotations_in(module) == {"name": "undefined_type", "return": "None"}


def test_docstrings_are_left_out_and_nothing_else(module: Path) -> None:
    module.write_text(
        'class Vpc:\n    """A network."""\n    name = "vpc"\n'
        '    def create(self):\n        """Create it."""\n'
        '        assert self.name, "a name"\n        return "made"\n'
        'class Empty:\n    """Nothing."""\n'
    )
    code = code_of(module)
    assert code is not None
    namespace: dict[str, Any] = {}
    exec(code, namespace)  # noqa: S102  the code is what is tested
    vpc, empty = namespace["Vpc"], namespace["Empty"]
    assert [each.__doc__ for each in (vpc, vpc.create, empty)] == [None] * 3
    assert vpc().create() == "made"
    vpc.name = ""
    with pytest.raises(AssertionError, match="a name"):
        vpc().create()


def test_the_code_is_kept_and_read_again(module: Path) -> None:
    code_of(module)
    (file,) = kept(module)
    header, other = file.read_bytes()[:16], compile("create = len", "other", "exec")
    at_once = marshal.dumps((other, {}))
    file.write_bytes(header + len(at_once).to_bytes(4, "little") + at_once)
    assert code_of(module) == other


def test_the_code_is_kept_in_a_folder_of_all_such_files(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "of" / "all"))
    code_of(module)
    (file,) = (tmp_path / "of" / "all").rglob("generated.*")
    assert file.is_file()
    assert kept(module) == []


def test_a_changed_module_is_compiled_anew(module: Path) -> None:
    code_of(module)
    module.write_text(SOURCE.replace("undefined_type", "another_type"))
    os.utime(module, (1, 1))
    assert annotations_in(module)["name"] == "another_type"


def test_what_another_version_kept_is_compiled_anew(module: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bytecode, "_MADE_BY", 1)
        code_of(module)
    (file,) = kept(module)
    earlier = file.read_bytes()
    assert annotations_in(module)["name"] == "undefined_type"
    assert file.read_bytes()[:8] != earlier[:8]


@pytest.mark.parametrize("damaged", [b"", b"not byte code", b"half"])
def test_a_damaged_file_is_written_anew(module: Path, damaged: bytes) -> None:
    code_of(module)
    (file,) = kept(module)
    whole = file.read_bytes()
    file.write_bytes(whole[:40] if damaged == b"half" else damaged)
    assert annotations_in(module)["name"] == "undefined_type"
    assert file.read_bytes() == whole


def test_nothing_is_compiled_where_nothing_may_be_written(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert code_of(module) is None
    assert kept(module) == []


def test_a_directory_that_cannot_be_written_is_no_error(module: Path) -> None:
    (module.parent / "__pycache__").write_text("a file in its place")
    assert annotations_in(module)["name"] == "undefined_type"
    assert sorted(path.name for path in module.parent.iterdir()) == ["__pycache__", "generated.py"]
