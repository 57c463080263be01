"""The end of a program: everything but the teardown of its objects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cdktf_fast_synthesis

PROGRAM = """
import atexit, sys, threading, time
import cdktf_fast_synthesis

class Kept:
    def __del__(self):
        print("torn down")

kept = Kept()
atexit.register(lambda: print("called"))
print("printed", end=" ")
{more}
cdktf_fast_synthesis.end(3)
"""


def ended(more: str = "", **environment: str) -> tuple[int, str]:
    """The status of a program and what it printed."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(more=more)],
        env={**environment, "PYTHONPATH": str(Path(cdktf_fast_synthesis.__file__).parents[1])},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def test_what_is_registered_is_called_and_nothing_is_torn_down() -> None:
    assert ended() == (3, "printed called\n")


@pytest.mark.parametrize(
    "environment",
    [{"FAST_SYNTHESIS": "0"}, {"FAST_SYNTHESIS_WITHOUT": "ending"}, {"FAST_SYNTHESIS_WITHOUT": "?"}],
)
def test_switched_off_it_is_an_exit(environment: dict[str, str]) -> None:
    assert ended(**environment) == (3, "printed called\ntorn down\n")


def test_a_thread_is_waited_for() -> None:
    thread = "threading.Thread(target=lambda: (time.sleep(0.1), print('done'))).start()"
    assert ended(thread) == (3, "printed done\ncalled\ntorn down\n")


def test_what_cannot_be_printed_is_told_as_python_tells_it() -> None:
    status, _ = ended("import os; os.close(1)")
    assert status == 120
