"""The emulator of the package aws-emulator, its errors raised as ProblemsError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from modules.errors import ProblemsError

if TYPE_CHECKING:
    from aws_emulator import Emulator


@contextmanager
def started_emulator(*, port: int, log: Path) -> Iterator[Emulator]:
    """A running emulator. Raises ProblemsError when the package is not installed, or the port is taken."""
    try:
        # Imported here, so that `infra --help` works without it.
        from aws_emulator import EmulatorError, running_emulator
    except ModuleNotFoundError:
        raise ProblemsError.one("emulator", "aws-emulator is not installed; make setup") from None
    try:
        with running_emulator(port=port, log=log) as emulator:
            yield emulator
    except EmulatorError as error:
        raise ProblemsError.one("emulator", str(error)) from None
