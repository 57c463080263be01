"""Methods of dataclasses, from compiled code that is kept.

Python writes the methods of each dataclass as text and compiles them, anew in each process: that takes more
time than all else that makes the class. Here the compiled code is kept beside this package's own. It is found
by the digest of the text, so it is never out of date.
"""

from __future__ import annotations

import atexit
import dataclasses
import marshal
import sys
from contextlib import suppress
from hashlib import blake2b
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import Any

from . import bytecode

_NAME = "exec"  # a name of the module comes before Python's own
_MOST = 3_000  # texts; then those of classes that are gone, and of other programs, are left out


def compile_once() -> None:
    """Make dataclasses so from here on; where nothing may be read or written, as ever."""
    with suppress(NotImplementedError):
        file = Path(cache_from_source(__file__, optimization=f"methods{sys.flags.optimize}"))
        if _NAME not in vars(dataclasses):
            kept = Kept(file)
            setattr(dataclasses, _NAME, kept.execute)
            atexit.register(kept.write)


class Kept:
    """The compiled code that a file keeps, by the digest of its text."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._new: dict[bytes, bytes] = {}
        self._code = _read(file)
        self._found: set[bytes] = set()

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
        """Keep what was compiled anew; not with PYTHONDONTWRITEBYTECODE, and not in a read-only directory."""
        if self._new and not sys.dont_write_bytecode:
            known = _read(self._file)
            content = self._new if len(known) >= _MOST else known | self._new
            bytecode._keep(self._file, MAGIC_NUMBER + marshal.dumps(content))  # noqa: SLF001


def _read(file: Path) -> dict[bytes, bytes]:
    with suppress(OSError, ValueError, EOFError, TypeError):
        content = file.read_bytes()
        if content.startswith(MAGIC_NUMBER):
            return dict(marshal.loads(memoryview(content)[len(MAGIC_NUMBER) :]))  # noqa: S302  as Python does
    return {}
