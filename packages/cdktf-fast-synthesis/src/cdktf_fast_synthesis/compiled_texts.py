"""Texts that Python itself writes and compiles, from compiled code that is kept.

`dataclasses` writes the methods of each class as text and compiles them, and `typing` compiles each
annotation that is text, anew in each process: of a dataclass that takes more time than all else that makes
it. Here the compiled code is kept beside this package's own. It is found by the digest of the text, so it
is never out of date.
"""

from __future__ import annotations

import dataclasses
import marshal
import sys
import typing
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

from . import bytecode

_MOST = 4_000  # texts; then those that are gone, and those of other programs, are left out


def compile_once() -> None:
    """Have them compiled so from here on; where nothing may be read or written, as ever."""
    with suppress(NotImplementedError):
        file = Path(cache_from_source(__file__, optimization=f"texts{sys.flags.optimize}"))
        if "exec" not in vars(dataclasses) and "compile" not in vars(typing):
            kept = Kept(file)
            # Names of a module come before Python's own.
            vars(dataclasses)["exec"] = kept.execute
            vars(typing)["compile"] = cache(kept.compile)  # most annotations are many fields'
            _in_place.append(kept)


def keep() -> None:
    """Keep what was compiled anew: of a program that ends by `end()`, not of tests, which have many more."""
    for kept in _in_place:
        kept.write()


class Kept:
    """The compiled code that a file keeps, by the digest of its text."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._new: dict[bytes, bytes] = {}
        self._code = _read(file)
        self._found: set[bytes] = set()

    def compile(self, text: str, filename: str, mode: str) -> CodeType:
        """Compile a text, as Python's `compile` does."""
        name = blake2b("\0".join((text, filename, mode)).encode(), digest_size=16).digest()
        code = self._code.pop(name, None)  # hardly any text is compiled twice
        if code is not None:
            self._found.add(name)
            kept: CodeType = marshal.loads(code)  # noqa: S302  as Python does
            return kept
        compiled: CodeType = compile(text, filename, mode, dont_inherit=True)
        if name not in self._found:
            self._new[name] = marshal.dumps(compiled)
        return compiled

    def execute(self, text: str, *namespaces: Any) -> None:
        """Execute a text, as Python's `exec` does."""
        exec(self.compile(text, "<string>", "exec"), *namespaces)  # noqa: S102

    def write(self) -> None:
        """Write what was compiled anew; not with PYTHONDONTWRITEBYTECODE, nor in a read-only directory."""
        if self._new and not sys.dont_write_bytecode:
            known = _read(self._file)
            content = self._new if len(known) >= _MOST else known | self._new
            bytecode._keep(self._file, MAGIC_NUMBER + marshal.dumps(content))  # noqa: SLF001


_in_place: list[Kept] = []


def _read(file: Path) -> dict[bytes, bytes]:
    with suppress(OSError, ValueError, EOFError, TypeError):
        content = file.read_bytes()
        if content.startswith(MAGIC_NUMBER):
            return dict(marshal.loads(memoryview(content)[len(MAGIC_NUMBER) :]))  # noqa: S302  as Python does
    return {}
