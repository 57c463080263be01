"""Compiled code of generated modules: stripped (stripping.py), and with annotations as text (PEP 563).

A generated module declares thousands of parameters, each with a type that Python computes and keeps when the
module is imported: four fifths of the time that this takes, and most of its memory. Only the types of what
is called are ever asked for; type_checks.py computes those.
"""

from __future__ import annotations

import ast
import marshal
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from typing import NamedTuple, TypeVar
from zlib import crc32

from . import computed, members, roots, stripping

_Made = TypeVar("_Made")
_FLAGS = annotations.compiler_flag
# Code that another version of this package kept is compiled anew.
_MADE_BY = crc32(
    b"".join(
        Path(file).read_bytes()
        for file in (__file__, computed.__file__, members.__file__, roots.__file__, stripping.__file__)
    )
)


class Compiled(NamedTuple):
    """Compiled code of a module, and of its classes that are defined when one is asked for (computed.py)."""

    code: CodeType
    computed: Mapping[str, str]  # jsii's names of those classes, by theirs
    behind: memoryview

    def code_of_computed(self) -> CodeType:
        """The code that defines those classes."""
        return _code(marshal.loads(self.behind))  # noqa: S302  as Python does


def compiled(source: Path) -> Compiled | None:
    """The module's code, kept; None where it is not and must not be: compiling takes longer than it saves."""
    return kept(source, "stripped", _compiled, _read)


def kept(
    source: Path, name: str, make: Callable[[Path], bytes], read: Callable[[memoryview], _Made]
) -> _Made | None:
    """What is made of a file, read from beside Python's own compiled code, or made and kept there.

    None where it is not there and must not be written (PYTHONDONTWRITEBYTECODE).
    """
    try:
        status = source.stat()
        file = Path(cache_from_source(str(source), optimization=f"{name}{sys.flags.optimize}"))
    except (OSError, NotImplementedError):
        return None
    numbers = (_MADE_BY, int(status.st_mtime), status.st_size)
    header = MAGIC_NUMBER + b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in numbers)
    with suppress(OSError, ValueError, EOFError, TypeError):
        content = file.read_bytes()
        if content.startswith(header):
            return read(memoryview(content)[len(header) :])
    if sys.dont_write_bytecode:
        return None
    content = make(source)
    _keep(file, header + content)
    return read(memoryview(content))


def code_of_computed(source: Path) -> CodeType:
    """The code of a module's classes of computed blocks."""
    return (compiled(source) or _read(memoryview(_compiled(source)))).code_of_computed()


def _compiled(source: Path) -> bytes:
    """The length of what is read at once, then that, then what is read when it is asked for."""
    tree = stripping.strip(ast.parse(source.read_bytes(), str(source)))
    behind, names = computed.take_out(tree)
    first, second = (
        compile(each, str(source), "exec", flags=_FLAGS, dont_inherit=True) for each in (tree, behind)
    )
    at_once = marshal.dumps((first, names))
    return len(at_once).to_bytes(4, "little") + at_once + marshal.dumps(second)


def _read(content: memoryview) -> Compiled:
    length = int.from_bytes(content[:4], "little")
    code, names = marshal.loads(content[4 : 4 + length])  # noqa: S302  as Python does
    return Compiled(_code(code), names, content[4 + length :])


def _code(loaded: object) -> CodeType:
    if not isinstance(loaded, CodeType):
        raise TypeError(loaded)
    return loaded


def _keep(file: Path, content: bytes) -> None:
    """Write it whole or not at all; in a directory that may not be written, not at all."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)  # all of them, with PYTHONPYCACHEPREFIX
        unfinished.write_bytes(content)
        unfinished.replace(file)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
