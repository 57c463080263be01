"""Commands that run tasks of the small stack wait for no clock."""

from __future__ import annotations

import pytest

from operations.tasks import watch


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again at once."""
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.0)
