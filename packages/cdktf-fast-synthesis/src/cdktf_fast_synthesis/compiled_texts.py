"""Texts that Python itself writes and compiles, compiled once.

`dataclasses` writes the methods of each class as text and compiles them, anew in each process: that takes
more time than all else that makes the class. Here the compiled code is kept beside this package's own. It is
found by the digest of the text, so it is never out of date. `typing` compiles each annotation that is text,
of which most are many fields': here each is compiled once in a process.
"""

from __future__ import annotations

import dataclasses
import marshal
import sys
import typing
from _blake2 import blake2b  # hashlib's, without OpenSSL and the 3 MB that it takes
from contextlib import suppress
from functools import cache, cached_property
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import Any

from . import bytecode

_MOST = 4_000  # texts; then those that are gone, and those of other programs, are left out


def compile_once() -> None:
    """Have them compiled so from here on; where nothing may be read or written, as ever."""
    with suppress(NotImplementedError):
        file = Path(cache_from_source(__file__, optimization=f"methods{sys.flags.optimize}"))
        if "exec" not in vars(dataclasses) and "compile" not in vars(typing):
            kept = Kept(file)
            # Names of a module come before Python's own.
            vars(dataclasses)["exec"] = kept.execute
            vars(typing)["compile"] = cache(compile)
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
        self._found: set[bytes] = set()

    @cached_property
    def _code(self) -> dict[bytes, bytes]:
        return _read(self._file)

    def execute(self, text: str, *namespaces: Any) -> None:
        """Execute a text, as Python's `exec` does."""
        name = blake2b(text.encode(), digest_size=16).digest()
        code = self._code.pop(name, None)  # hardly any text is executed twice
        if code is not None:
            self._found.add(name)
            exec(marshal.loads(code), *namespaces)  # noqa: S102, S302  as Python does
            return
        compiled = compile(text, "<string>", "exec", dont_inherit=True)
        if name not in self._found:
            self._new[name] = marshal.dumps(compiled)
        exec(compiled, *namespaces)  # noqa: S102

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
