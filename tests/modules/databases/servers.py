"""PostgreSQL and Redis of this machine, on 127.0.0.1, for the time of a test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# Debian's postgresql-common leaves the server's programs out of PATH.
_POSTGRESQL = "/usr/lib/postgresql"


def program(name: str) -> str:
    """The path of a server's program; without it the test is skipped, or fails where `CI` is set."""
    places = [str(one) for one in sorted(Path(_POSTGRESQL).glob("*/bin"))]
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        why = f"{name} is not installed (Debian: postgresql, redis-server)"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return str(found)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, *, user: str | None = None, cwd: Path) -> Iterator[None]:
    """A server, from when it answers on `port`."""
    process = subprocess.Popen(
        command, user=user, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _answers(port), f"{command[0]} answers")
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait at most half a minute."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, f"it never came about that {what}"
        time.sleep(0.05)


def unprivileged() -> str | None:
    """Who runs a server that refuses root; None for whoever runs the tests."""
    return None if os.getuid() else pwd.getpwnam("nobody").pw_name


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
