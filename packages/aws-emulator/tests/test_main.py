"""`python -m aws_emulator`, as a program in another language starts it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.emulator
COMMAND = [sys.executable, "-m", "aws_emulator"]


def test_it_is_ready_and_ends_with_its_input() -> None:
    run = subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"ready \d+\n", run.stdout)


@pytest.mark.parametrize("words", [["http"], ["-1"], ["65536"], [""], ["1", "2"]])
def test_what_is_no_port_is_refused_in_a_sentence(words: list[str]) -> None:
    run = subprocess.run(
        [*COMMAND, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    got = repr(" ".join(words))
    said = f"refused got {got}; allowed: a port from 0 to 65535; 0 or none takes a free one\n"
    assert (run.returncode, run.stdout, run.stderr) == (2, said, "")
