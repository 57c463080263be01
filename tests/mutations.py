"""Mutation testing: small changes to the code of a folder, and which of them its tests don't notice.

`make mutations FOLDER=modules/networking`. A boolean is negated, a number is one more, a string that is a
keyword argument is another, a comparison is its neighbour: each by itself, in a copy of the project in which
the tests of the folder run.

Of the usual tools, mutmut 3 changes nothing outside of functions, where settings have their defaults;
cosmic-ray changes the files themselves, and if it is killed they stay changed.
"""

from __future__ import annotations

import ast
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from modules.errors import ProblemsError, refusal

PROJECT = Path(__file__).parent.parent
NOT_COPIED = (".*", "__pycache__", "cdktf.out", "node_modules", "*.egg-info", "build")
NEIGHBOURS = dict(
    pair
    for one, other in (("==", "!="), ("<", "<="), (">", ">="), ("in", "not in"), ("is", "is not"))
    for pair in ((one, other), (other, one))
)
# What these are given, and what is given by these names, is said to people.
SPEAKERS = {"Field", "Problem", "ProblemsError", "refusal"}
WORDS = {"description", "help", "label", "reason", "title", "unit"}


@dataclass(frozen=True, kw_only=True, order=True)
class Mutation:
    """One change: the bytes from `start` to `end` of a file become `new`."""

    file: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def apply(self, source: bytes) -> bytes:
        """The source with this change."""
        return source[: self.start] + self.new.encode() + source[self.end :]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.old} → {self.new}"


class _Mutations(ast.NodeVisitor):
    """Collects the mutations of one file."""

    def __init__(self, file: str, source: bytes) -> None:
        self.found: list[Mutation] = []
        self._file, self._source = file, source
        lines = source.splitlines(keepends=True)
        self._offsets = [sum(map(len, lines[:number])) for number in range(len(lines))]

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """What `Literal[…]` lists is a type."""
        if ast.unparse(node.value) != "Literal":
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Strings of keyword arguments; numbers and the rest as everywhere."""
        for keyword in node.keywords:
            value = keyword.value
            is_string = isinstance(value, ast.Constant) and isinstance(value.value, str)
            for_people = ast.unparse(node.func).rpartition(".")[2] in SPEAKERS or keyword.arg in WORDS
            if is_string and not for_people:
                self._add(value, repr(f"{ast.literal_eval(value)}-changed"))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Booleans and numbers."""
        if isinstance(node.value, bool):
            self._add(node, repr(not node.value))
        elif isinstance(node.value, int | float):
            self._add(node, repr(node.value + 1))

    def visit_Compare(self, node: ast.Compare) -> None:
        """A comparison of two."""
        if len(node.ops) == 1:
            start, end = self._place(node.left)[1], self._place(node.comparators[0])[0]
            if found := re.search(rb"[=!<>]=?|is not|not in|is|in", self._source[start:end]):
                place = (start + found.start(), start + found.end())
                self._add(node, NEIGHBOURS[found[0].decode()], place)
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Python 3.11 doesn't know where the parts of an f-string stand."""

    def _place(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._offsets[node.lineno - 1] + node.col_offset
        return start, self._offsets[node.end_lineno - 1] + node.end_col_offset

    def _add(self, node: ast.expr, new: str, place: tuple[int, int] | None = None) -> None:
        start, end = place or self._place(node)
        old = self._source[start:end].decode()
        self.found.append(Mutation(file=self._file, line=node.lineno, start=start, end=end, old=old, new=new))


def mutations(file: str, source: bytes) -> list[Mutation]:
    """Every change to a file that is tried, from its top to its end."""
    visitor = _Mutations(file, source)
    visitor.visit(ast.parse(source))
    return sorted(visitor.found)


def suite_of(folder: str, project: Path) -> str:
    """Where the tests of a folder stand: in the folder of tests named as it, or as the next one around it.

    Raises ProblemsError for what is no folder of Python, or has no tests.
    """
    path = Path(folder)
    if path.is_absolute() or ".." in path.parts or not any((project / path).rglob("*.py")):
        allowed = "a folder of the project with Python in it, such as modules/networking"
        why = refusal(got=repr(folder), allowed=allowed, fix="correct the path")
        raise ProblemsError.one("FOLDER", why)
    # The tests of all of modules/ would take minutes for each change.
    around = [one for one in path.parents if len(one.parts) > 1]
    for one in (path, *around):
        if (project / "tests" / one).is_dir():
            return f"tests/{one}"
    why = refusal(got=folder, allowed="a folder with tests", fix=f"add tests/{folder}, or choose another")
    raise ProblemsError.one("FOLDER", why)


class Copy:
    """A copy of the project in which one file at a time is changed, and its tests are run."""

    def __init__(self, directory: Path, project: Path) -> None:
        self._project, self._temporary = directory / "project", directory / "temporary"
        self._temporary.mkdir()
        shutil.copytree(project, self._project, ignore=shutil.ignore_patterns(*NOT_COPIED))
        for installed in (".venv", "node_modules"):
            if (project / installed).exists():
                (self._project / installed).symlink_to(project / installed)

    def passes(self, suites: Sequence[str], *, seconds: float | None = None) -> bool:
        """Whether the tests pass, and in time."""
        words = ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not terraform and not emulator"]
        environment = {
            **os.environ,
            "PYTHONPATH": str(self._project),
            # Two changes of the same second and length would be told apart by nobody.
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self._temporary),
        }
        process = subprocess.Popen(
            [sys.executable, *words, *suites],
            cwd=self._project,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # What the tests start ends with them.
            start_new_session=True,
        )
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def survives(self, mutation: Mutation, suites: Sequence[str], *, seconds: float) -> bool:
        """Whether the tests pass although the code is changed."""
        file = self._project / mutation.file
        source = file.read_bytes()
        file.write_bytes(mutation.apply(source))
        try:
            return self.passes(suites, seconds=seconds)
        finally:
            file.write_bytes(source)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was tried, and what of it no test noticed."""

    tried: int
    possible: int
    survivors: tuple[Mutation, ...]


def examine(folder: str, *, count: int, seed: int, project: Path, also: Sequence[str] = ()) -> Report:
    """Try `count` changes to a folder; each that survives is printed at once."""
    suites = (suite_of(folder, project), *also)
    files = sorted((project / folder).rglob("*.py"))
    possible = [one for file in files for one in mutations(str(file.relative_to(project)), file.read_bytes())]
    chosen = sorted(random.Random(seed).sample(possible, min(count, len(possible))))  # noqa: S311
    survivors = []
    with tempfile.TemporaryDirectory(prefix="mutations-") as directory:
        copy = Copy(Path(directory), project)
        began = time.monotonic()
        if not copy.passes(suites):
            raise ProblemsError.one(" ".join(suites), "does not pass as it is; make it pass, then try again")
        seconds = 30 + 5 * (time.monotonic() - began)
        for mutation in chosen:
            if copy.survives(mutation, suites, seconds=seconds):
                survivors.append(mutation)
                typer.echo(mutation)
    return Report(tried=len(chosen), possible=len(possible), survivors=tuple(survivors))


def main(
    folder: Annotated[str, typer.Argument(help="A folder of the project, such as modules/networking")],
    *,
    count: Annotated[int, typer.Option(min=1, help="How many changes are tried at most")] = 30,
    seed: Annotated[int, typer.Option(help="Which ones: the same seed chooses the same")] = 1,
    also: Annotated[str, typer.Option(help="Further tests that belong to it, separated by spaces")] = "",
) -> None:
    """Change the code of FOLDER, one small thing at a time, and print what its tests don't notice."""
    report = examine(str(Path(folder)), count=count, seed=seed, project=PROJECT, also=also.split())
    caught = report.tried - len(report.survivors)
    typer.echo(
        f"{caught} of {report.tried} changes were noticed ({report.possible} are possible, seed {seed})"
    )


def _end(number: int, _frame: object) -> NoReturn:
    """End as after Ctrl-C: what was made is removed on the way."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    try:
        typer.run(main)
    except ProblemsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
