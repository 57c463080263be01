"""A child process that Ctrl-C does not tear apart: it is asked to stop once, and waited for."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import IO, Any


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
    with _Interrupts() as interrupts, start(command, directory=directory, environment=environment) as process:
        interrupts.go_to(process)
        output, errors = _Reader(process.stdout, on_line), _Reader(process.stderr)
        process.wait()
        finished = Finished(code=process.returncode, output=output.text(), errors=errors.text())
    if interrupts.heard:
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


class _Interrupts:
    """While a child runs, Ctrl-C and SIGTERM are for it: the first as one SIGINT, the others not at all.

    Handlers rather than KeyboardInterrupt, which could come between the start of the child and any `try`.
    """

    def __init__(self) -> None:
        self.heard = False
        self._process: subprocess.Popen[str] | None = None
        self._earlier: dict[signal.Signals, Any] = {}

    def go_to(self, process: subprocess.Popen[str]) -> None:
        """Pass on to this child what is heard, and what was heard already."""
        self._process = process
        if self.heard:
            process.send_signal(signal.SIGINT)

    def __enter__(self) -> _Interrupts:
        if current_thread() is main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._earlier[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._earlier.items():
            signal.signal(number, handler)

    def _hear(self, *_: object) -> None:
        first, self.heard = not self.heard, True
        if first and self._process:
            self._process.send_signal(signal.SIGINT)


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
