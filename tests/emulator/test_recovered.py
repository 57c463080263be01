"""Web app as it ships, in two regions: the second takes over by a switchover, and the first comes back.

The smallest with a recovery stack. Its steps, killed between any two: tests/operations/recovery/.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.sandbox import Workspace
from stacks.catalogue import catalogue
from tests.emulator.recovered import Recovered, answers, writers

NAME = "webapp-production"
RECOVERY = next((one for one in catalogue().values() if one.recovery_of == NAME), None)
pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(RECOVERY is None, reason=f"no settings of a recovery of {NAME}"),
]


def test_the_second_region_takes_over_and_the_first_comes_back(
    emulator: Emulator, output: Path, tmp_path: Path
) -> None:
    assert RECOVERY is not None
    home, away = catalogue()[NAME].regions[0], RECOVERY.regions[0]
    spaces = []
    for name in (NAME, RECOVERY.name):
        spaces.append(Workspace(tmp_path / name, emulator))
        spaces[-1].write(output / "stacks" / name / "cdk.tf.json")
        spaces[-1].init()
        spaces[-1].terraform.apply()
    both = Recovered(*spaces, name=NAME, directory=tmp_path)
    assert both.is_settled(serves=False)
    assert (writers(emulator, home, away), answers(emulator, home, away)) == ({home}, {home})
    both.fail_over()
    assert (writers(emulator, home, away), answers(emulator, home, away)) == ({away}, {away})
    assert both.is_settled(serves=True)
    both.fail_back()
    assert (writers(emulator, home, away), answers(emulator, home, away)) == ({home}, {home})
    assert both.is_settled(serves=False)
