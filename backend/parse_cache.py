"""What was read from a file, kept beside it: python-hcl2's grammar takes longer than a stack's synthesis.

Kept in `__pycache__`, by what the file and its reader say, so that neither can change unnoticed.
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
    """The values of one file as it stands, for one reader: the source file of the code that reads it."""

    def __init__(self, file: Path, text: str, *, reader: Path) -> None:
        content = sha256(text.encode() + b"\0" + reader.read_bytes()).hexdigest()
        self._file = file.with_name("__pycache__") / f"{file.name}.{content[:32]}.json"

    def load(self) -> dict[str, Any] | None:
        """What was kept, if it was."""
        with suppress(OSError, ValueError):
            values = json.loads(self._file.read_bytes())
            if isinstance(values, dict):
                return values
        return None

    def store(self, values: Mapping[str, Any]) -> None:
        """Keep it whole or not at all; where nothing may be written (PYTHONDONTWRITEBYTECODE), nothing is."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                self._file.parent.mkdir(exist_ok=True)
                write_atomically(self._file, json.dumps(dict(values)).encode())
