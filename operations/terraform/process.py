"""Child processes that survive Ctrl-C: each gets one SIGINT, and time to end by itself."""

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
    """An ended process: its exit code and everything that it wrote."""

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
    """Run a command to its end, passing each line of its output to `on_line` as it comes.

    On Ctrl-C the process gets one SIGINT: Terraform stops on the first (saves the state, releases the lock)
    and aborts on the second. When it has ended, KeyboardInterrupt is raised.
    """
    with _Interrupts() as interrupts, start(command, directory=directory, environment=environment) as process:
        interrupts.pass_to(process)
        output, errors = _Reader(process.stdout, on_line), _Reader(process.stderr)
        process.wait()
        finished = Finished(code=process.returncode, output=output.text(), errors=errors.text())
    if interrupts.received:
        raise KeyboardInterrupt
    return finished


def start(
    command: Sequence[str], *, directory: Path, environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    """Start a command without a terminal, in a process group of its own, which Ctrl-C does not reach."""
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
    """Passes Ctrl-C, SIGTERM and the SIGHUP of a lost terminal on to a child while it runs, once, as SIGINT.

    Without the last one this program would end and leave Terraform to a broken pipe, which kills it: with its
    state unsaved, the lock held, and its providers running on.

    Handlers rather than KeyboardInterrupt, which could be raised between the start of the child and a `try`.
    """

    def __init__(self) -> None:
        self.received = False
        self._process: subprocess.Popen[str] | None = None
        self._earlier: dict[signal.Signals, Any] = {}

    def pass_to(self, process: subprocess.Popen[str]) -> None:
        """Set the child; it gets an interrupt that was received before, too."""
        self._process = process
        if self.received:
            process.send_signal(signal.SIGINT)

    def __enter__(self) -> _Interrupts:
        if current_thread() is main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._earlier[number] = signal.signal(number, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._earlier.items():
            signal.signal(number, handler)

    def _receive(self, *_: object) -> None:
        first, self.received = not self.received, True
        if first and self._process:
            self._process.send_signal(signal.SIGINT)


class _Reader:
    """Reads one pipe in a thread, so that the process never blocks on it."""

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
