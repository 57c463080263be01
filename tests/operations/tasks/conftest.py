"""The small stack, deployed, for commands that run tasks of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.tasks import watch
from tests.operations.small_stack import SmallStack, use


@pytest.fixture
def stack(session_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SmallStack:
    """Deployed; commands wait for no clock."""
    made = SmallStack(session_emulator)
    made.deploy()
    use(monkeypatch, made, tmp_path / "output")
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.0)
    return made
