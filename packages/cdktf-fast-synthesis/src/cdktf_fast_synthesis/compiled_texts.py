"""Texts that Python and attrs write and compile, compiled once.

`dataclasses` and attrs (of whose classes jsii's messages are) write the methods of each class as text and
compile them, anew in each process: that takes more time than all else that makes the class. Here the compiled
code is kept beside this package's own. It is found by the digest of the text, so it is never out of date.
`typing` compiles each annotation that is text, of which most are many fields': here each is compiled once in
a process.
"""

from __future__ import annotations

import dataclasses
import marshal
import re
import sys
import typing
from _blake2 import blake2b  # hashlib's, without OpenSSL and the 3 MB that it takes
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

from . import bytecode

_MOST = 4_000  # texts; then those that are gone, and those of other programs, are left out
# In attrs' `__hash__`, which tells classes apart by it: another in each process, and any will do.
_NUMBER_OF_CLASS = re.compile(r"^ +-?\d+,$", re.MULTILINE)


def compile_once() -> None:
    """Have them compiled so from here on; where nothing may be read or written, as ever."""
    with suppress(NotImplementedError):
        file = Path(cache_from_source(__file__, optimization=f"methods{sys.flags.optimize}"))
        if "exec" not in vars(dataclasses) and "compile" not in vars(typing):
            kept = Kept(file)
            # Names of a module come before Python's own.
            vars(dataclasses)["exec"] = kept.execute
            vars(typing)["compile"] = kept.compiled
            if hasattr(attrs := import_module("attr._make"), "_compile_and_eval"):
                vars(attrs)["compile"] = kept.compiled_of_attrs
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
        self._found: dict[bytes, CodeType] = {}

    @cached_property
    def _code(self) -> dict[bytes, bytes]:
        return _read(self._file)

    def execute(self, text: str, *namespaces: Any) -> None:
        """Execute a text, as Python's `exec` does."""
        exec(self.compiled(text, "<string>", "exec"), *namespaces)  # noqa: S102

    def compiled_of_attrs(self, text: str, filename: str, mode: str) -> CodeType:
        """Compile a text that attrs wrote, as Python's `compile` does."""
        return self.compiled(text, filename, mode, known_by=_NUMBER_OF_CLASS.sub("", text))

    def compiled(self, text: str, filename: str, mode: str, *, known_by: str | None = None) -> CodeType:
        """Compile a text, as Python's `compile` does, unless this one or one known by the same was before."""
        known = f"{filename}\n{mode}\n{text if known_by is None else known_by}"
        name = blake2b(known.encode(), digest_size=16).digest()
        code = self._found.get(name)
        if code is None and (kept := self._code.pop(name, None)):
            code = marshal.loads(kept)  # noqa: S302  as Python does
        if code is None:
            code = compile(text, filename, mode, dont_inherit=True)
            self._new[name] = marshal.dumps(code)
        self._found[name] = code
        return code

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
