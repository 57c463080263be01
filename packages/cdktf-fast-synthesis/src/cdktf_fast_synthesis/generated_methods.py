"""Methods of dataclasses, from compiled code that is kept.

Python writes the methods of each dataclass as text and compiles them, anew in each process: that takes more
time than all else that makes the class. Here the compiled code is kept beside this package's own. It is found
by the text, so it is never out of date.
"""

from __future__ import annotations

import atexit
import dataclasses
import marshal
import sys
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import Any

from . import bytecode

_NAME = "exec"  # a name of the module comes before Python's own
_MOST = 10_000  # texts: those of classes that are gone are left out in the end


def compile_once() -> None:
    """Make dataclasses so from here on; where nothing may be read or written, as ever."""
    with suppress(NotImplementedError):
        file = Path(cache_from_source(__file__, optimization=f"dataclasses{sys.flags.optimize}"))
        if _NAME not in vars(dataclasses):
            kept = Kept(file)
            setattr(dataclasses, _NAME, kept.execute)
            atexit.register(kept.write)


class Kept:
    """The compiled code that a file keeps, by text."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._new: dict[str, bytes] = {}
        self._code = _read(file)

    def execute(self, text: str, *namespaces: Any) -> None:
        """Execute a text, as Python's `exec` does."""
        code = self._code.get(text) or self._new.get(text)
        if code is None:
            code = self._new[text] = marshal.dumps(compile(text, "<string>", "exec", dont_inherit=True))
        exec(marshal.loads(code), *namespaces)  # noqa: S102, S302  as Python does

    def write(self) -> None:
        """Keep what was compiled anew; not with PYTHONDONTWRITEBYTECODE, and not in a read-only directory."""
        if self._new and not sys.dont_write_bytecode:
            known = self._code if len(self._code) < _MOST else {}
            bytecode._keep(self._file, MAGIC_NUMBER + marshal.dumps(known | self._new))  # noqa: SLF001


def _read(file: Path) -> dict[str, bytes]:
    with suppress(OSError, ValueError, EOFError, TypeError):
        content = file.read_bytes()
        if content.startswith(MAGIC_NUMBER):
            return dict(marshal.loads(memoryview(content)[len(MAGIC_NUMBER) :]))  # noqa: S302  as Python does
    return {}
