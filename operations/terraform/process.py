"""A child process that Ctrl-C does not tear apart: it is asked to stop once, and waited for."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What a process left: its exit code and all it wrote."""

    code: int
    output: str
    errors: str


def run(
    command: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    on_line: Callable[[str], None] | None = None,
) -> Finished:
    """Run a command to its end, handing each line of its output to `on_line` as it comes.

    On Ctrl-C the process gets one SIGINT, for Terraform stops on the first (saves the state, releases the
    lock) and gives up on the second; when it has ended, KeyboardInterrupt goes on.
    """
    with start(command, directory=directory, environment=environment) as process:
        output, errors = _Reader(process.stdout, on_line), _Reader(process.stderr)
        interrupted = _wait(process)
        finished = Finished(code=process.returncode, output=output.text(), errors=errors.text())
    if interrupted:
        raise KeyboardInterrupt
    return finished


def start(
    command: Sequence[str], *, directory: Path, environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    """Start a command without a terminal, in a process group of its own: Ctrl-C reaches only this program."""
    return subprocess.Popen(
        command,
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


def _wait(process: subprocess.Popen[str]) -> bool:
    interrupted = False
    while process.returncode is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            if not interrupted:
                process.send_signal(signal.SIGINT)
            interrupted = True
    return interrupted


class _Reader:
    """Drains one pipe, so that the process never waits for us."""

    def __init__(self, pipe: IO[str] | None, on_line: Callable[[str], None] | None = None) -> None:
        self._lines: list[str] = []
        self._thread = Thread(target=self._read, args=(pipe, on_line), daemon=True)
        self._thread.start()

    def text(self) -> str:
        self._thread.join()
        return "".join(self._lines)

    def _read(self, pipe: IO[str] | None, on_line: Callable[[str], None] | None) -> None:
        for line in pipe or ():
            self._lines.append(line)
            if on_line:
                on_line(line)
