"""A cache of parsed HCL files: python-hcl2 needs more time than the synthesis of a stack.

It is in `__pycache__`; its key is a hash of the file and of the code that parses it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from modules.files import write_atomically


class ParseCache:
    """The cached values of a file; `reader` is the source file of the code that parses it."""

    def __init__(self, file: Path, text: str, *, reader: Path) -> None:
        content = sha256(text.encode() + b"\0" + reader.read_bytes()).hexdigest()
        self._file = file.with_name("__pycache__") / f"{file.name}.{content[:32]}.json"

    def load(self) -> dict[str, Any] | None:
        """The cached values, or None."""
        with suppress(OSError, ValueError):
            values = json.loads(self._file.read_bytes())
            if isinstance(values, dict):
                return values
        return None

    def store(self, values: Mapping[str, Any]) -> None:
        """Write the values atomically; not with PYTHONDONTWRITEBYTECODE, and not to a read-only directory."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                self._file.parent.mkdir(exist_ok=True)
                write_atomically(self._file, json.dumps(dict(values)).encode())
