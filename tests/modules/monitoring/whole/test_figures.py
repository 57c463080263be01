"""The figures of every alarm of the library's modules, pinned: one that changes is seen in review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parents[3] / "golden/modules/alarms.txt"


def test_figures_of_alarms_are_as_pinned(synthesized: Any, golden: Callable[[Path, str], None]) -> None:
    rules = {
        f"{watched.key}/{rule.key}": rule
        for watched in synthesized.plan._watched.values()
        for rule in watched.alarms
    }
    assert len(rules) > 30
    lines = [
        f"{key}: {rule.severity} {rule.comparison} {rule.threshold:g}, {rule.datapoints or rule.periods} of "
        f"{rule.periods}, missing {rule.missing_data}{', outage' if rule.outage else ''}"
        for key, rule in sorted(rules.items())
    ]
    golden(PINNED, "\n".join(lines) + "\n")
