"""Ctrl-C reaches a child once, and is waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from operations.terraform import process
from tests.running import PROJECT

# Tells each SIGINT it gets, and takes a while to stop.
CHILD = """
trap 'echo interrupted; sleep 0.3; echo saved; exit 1' INT
echo started
while :; do sleep 0.05; done
"""
PARENT = f"""
import os, signal
from pathlib import Path
from operations.terraform import process
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may run in the background, which ignores it
try:
    process.run(["sh", "-c", {CHILD!r}], directory=Path("."), environment=os.environ,
                on_line=lambda line: print(line, end="", flush=True))
except KeyboardInterrupt:
    print("passed on", flush=True)
"""


def test_output_and_errors_are_told_apart(tmp_path: Path) -> None:
    heard: list[str] = []
    finished = process.run(
        ["sh", "-c", "echo one; echo two >&2; pwd; echo $WORD; exit 3"],
        directory=tmp_path,
        environment={**os.environ, "WORD": "three"},
        on_line=heard.append,
    )
    assert (finished.code, finished.errors) == (3, "two\n")
    assert heard == finished.output.splitlines(keepends=True) == ["one\n", f"{tmp_path}\n", "three\n"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_child_gets_one_interrupt_and_time_to_save(sent: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "started\n"
        parent.send_signal(sent)
        assert parent.stdout.readline() == "interrupted\n"
        parent.send_signal(signal.SIGINT)  # an impatient person
        assert parent.stdout.read() == "saved\npassed on\n"
