"""The small stack, deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_emulator import Emulator
from tests.operations.small_stack import SmallStack, use


@pytest.fixture
def stack(session_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SmallStack:
    """Deployed, without tasks."""
    made = SmallStack(session_emulator)
    made.deploy()
    use(monkeypatch, made, tmp_path / "output")
    return made
