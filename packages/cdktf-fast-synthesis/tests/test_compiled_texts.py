"""Texts that Python compiles, from kept code: the same code, found by the text, and never in the way."""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from subprocess import CompletedProcess
from types import CodeType

import pytest

from cdktf_fast_synthesis import compiled_texts
from cdktf_fast_synthesis.compiled_texts import Kept

TEXT = "def double(number=given): return number * 2\n"
# A class of each kind of methods: what it says of itself, and whether its code is another process's.
PROGRAM = """
import attr, dataclasses, json, sys, typing
from cdktf_fast_synthesis import compiled_texts, ending
if sys.argv[1:]:
    sys.dont_write_bytecode = False
    compiled_texts.__file__ = sys.argv[1]
    compiled_texts.compile_once()

@dataclasses.dataclass(frozen=True, order=True)
class Point:
    x: int
    y: "list[int]" = dataclasses.field(default_factory=list)

@attr.s(auto_attribs=True, frozen=True, slots=True)
class Message:
    name: str
    values: "list[int]" = attr.Factory(list)

one, same = Message("get"), Message("get")
print(one, one == same, one == Message("set"), hash(Message("a", 1)) == hash(Message("a", 1)))
print(Message.__init__.__code__.co_filename, attr.fields(Message).name.type)

a, b = Point(1), Point(2, [3])
try:
    a.x = 2
except dataclasses.FrozenInstanceError as error:
    print(error)
print(typing.get_type_hints(Point), *typing.get_args(list["Point"]))
try:
    typing.ForwardRef("a b")
except SyntaxError as error:
    print(error)
print(a, b, a < b, a == Point(1, []), hash(Point(1, ())) == hash((1, ())), Point.__init__.__annotations__)
print(Point.__init__.__module__, Point.__init__.__code__.co_filename)
ending.end(0)
"""


@pytest.fixture(autouse=True)
def _may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "__pycache__" / "kept.pyc"


def double(kept: Kept, given: int) -> int:
    made: dict[str, Callable[[], int]] = {}
    kept.execute(TEXT, {"given": given}, made)
    return made["double"]()


def named(text: str) -> bytes:
    return blake2b(f"<string>\nexec\n{text}".encode(), digest_size=16).digest()


def kept_code(file: Path) -> dict[bytes, CodeType]:
    content = marshal.loads(file.read_bytes()[len(MAGIC_NUMBER) :])  # noqa: S302  written here
    return {name: marshal.loads(code) for name, code in content.items()}  # noqa: S302


def test_what_was_compiled_is_kept_and_executed_in_other_namespaces(file: Path) -> None:
    first = Kept(file)
    assert double(first, 2) == 4
    first.write()
    assert kept_code(file).keys() == {named(TEXT)}
    other = compile("def double(): return 'kept'", "<string>", "exec")
    file.write_bytes(MAGIC_NUMBER + marshal.dumps({named(TEXT): marshal.dumps(other)}))
    assert double(Kept(file), 2) == "kept"  # type: ignore[comparison-overlap]


def test_a_file_is_written_where_something_is_new_only(file: Path) -> None:
    first = Kept(file)
    double(first, 1)
    first.write()
    written = file.stat()
    again = Kept(file)
    double(again, 1)
    again.write()
    assert file.stat().st_ino == written.st_ino
    again.execute("x = 1", {})
    again.write()
    assert kept_code(file).keys() == {named(TEXT), named("x = 1")}


def test_a_text_that_is_executed_twice_is_new_once(file: Path) -> None:
    first = Kept(file)
    assert (double(first, 1), double(first, 2)) == (2, 4)
    first.write()
    written = file.stat()
    again = Kept(file)
    assert (double(again, 1), double(again, 2)) == (2, 4)
    again.write()
    assert file.stat().st_ino == written.st_ino


def test_what_differs_in_mode_or_file_is_another_text(file: Path) -> None:
    kept = Kept(file)
    assert eval(kept.compiled("1 + 1", "<string>", "eval")) == 2  # noqa: S307  written here
    assert kept.compiled("1 + 1", "<string>", "exec").co_filename == "<string>"
    assert kept.compiled("1 + 1", "<other>", "exec").co_filename == "<other>"


def test_a_class_of_attrs_has_the_code_of_another_process_but_for_its_number(file: Path) -> None:
    text = "def __hash__(self):\n    return hash((\n        {},\n        self.{},\n    ))"
    first = Kept(file)
    code = first.compiled_of_attrs(text.format(123, "x"), "<attrs>", "exec")
    assert first.compiled_of_attrs(text.format(-456, "x"), "<attrs>", "exec") is code
    assert first.compiled_of_attrs(text.format(123, "y"), "<attrs>", "exec") is not code
    # Of annotations a number is a part.
    assert first.compiled(text.format(123, "x"), "<attrs>", "exec") is not code
    assert first.compiled(text.format(456, "x"), "<attrs>", "exec").co_code != b""
    first.write()
    assert len(kept_code(file)) == 4


def test_too_many_texts_are_forgotten(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Kept(file)
    double(first, 1)
    first.write()
    monkeypatch.setattr(compiled_texts, "_MOST", 1)
    second = Kept(file)
    second.execute("x = 1", {})
    second.write()
    assert kept_code(file).keys() == {named("x = 1")}


@pytest.mark.parametrize("damaged", [b"", b"not byte code", b"half"])
def test_a_damaged_file_is_written_anew(file: Path, damaged: bytes) -> None:
    first = Kept(file)
    double(first, 1)
    first.write()
    whole = file.read_bytes()
    file.write_bytes(whole[:40] if damaged == b"half" else damaged)
    second = Kept(file)
    assert double(second, 3) == 6
    second.write()
    assert file.read_bytes() == whole


def test_nothing_is_written_where_it_may_not_be(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(file)
    assert double(kept, 1) == 2
    file.parent.write_text("a file in its place")
    kept.write()
    file.parent.unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    kept.write()
    assert not file.parent.exists()


def test_a_class_is_as_python_and_attrs_make_it(
    tmp_path: Path, run_python: Callable[..., CompletedProcess[str]]
) -> None:
    stock = run_python(tmp_path, PROGRAM).stdout
    assert "cannot assign to field 'x'" in stock
    assert "Forward reference must be an expression" in stock
    module = tmp_path / "module.py"
    for _ in range(2):  # compiled, and kept
        assert run_python(tmp_path, PROGRAM, str(module)).stdout == stock
    (kept,) = (tmp_path / "__pycache__").glob("module.*.pyc")
    files = {code.co_filename for code in kept_code(kept).values()}
    assert "<string>" in files
    assert "<attrs generated methods __main__.Message>" in files
