"""Health checks, run by the shell: they fail while the service is not there, and succeed once it is."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from modules.compute.service.container_settings import (
    HealthCheck,
    bash_http_health,
    heartbeat_health,
    http_health,
)
from modules.errors import ProblemsError

# What `process_health` of an earlier version asked for: a process that nobody has.
NOBODY = "pgrep -f 'no-such-service' > /dev/null || exit 1"


def passes(command: tuple[str, ...], **variables: str) -> bool:
    """Whether ECS would call a container healthy by this command."""
    how, *words = command
    shell = shutil.which("sh")
    assert shell
    started = [shell, "-c", words[0]] if how == "CMD-SHELL" else words
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(started, env=environment, capture_output=True, check=False).returncode == 0


class _Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a service that answers /health."""
    server = HTTPServer(("127.0.0.1", 0), _Health)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def closed() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.mark.parametrize("health", [http_health, bash_http_health])
def test_http_health_follows_the_answer(
    health: Callable[..., HealthCheck], listening: int, closed: int
) -> None:
    assert passes(health(listening).command)
    assert not passes(health(listening, "/other").command)
    assert not passes(health(closed).command)


def test_heartbeat_health_follows_the_age_of_the_file(tmp_path: Path) -> None:
    beat = tmp_path / "heartbeat"
    command = heartbeat_health(str(beat), minutes=5).command
    assert not passes(command)
    beat.touch()
    assert passes(command)
    before = beat.stat().st_mtime - 6 * 60
    os.utime(beat, (before, before))
    assert not passes(command)


def test_a_process_list_finds_the_shell_that_asks_for_it() -> None:
    # The reason for the rule below.
    assert passes(("CMD-SHELL", NOBODY))


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (("CMD-SHELL", NOBODY), "pgrep"),
        (("CMD", "pgrep", "-f", "worker"), "pgrep"),
        (("CMD-SHELL", "ps aux | grep worker || exit 1"), "ps"),
        (("CMD-SHELL", "test -e /x && /bin/ps ax|grep -q worker"), "ps"),
        (("CMD-SHELL", "(pidof worker) || exit 1"), "pidof"),
        (("CMD-SHELL", "killall -0 worker"), "killall"),
    ],
)
def test_a_process_list_is_no_health_check(command: tuple[str, ...], program: str) -> None:
    with pytest.raises(
        ProblemsError, match=rf"command: got {program}, which finds the shell.*; use http_health"
    ):
        HealthCheck(command=command)


@pytest.mark.parametrize(
    "words", ["curl -f http://127.0.0.1/ps", "./ps-check", "worker --caps", "psql -c 'select 1'"]
)
def test_other_words_with_the_same_letters_are_allowed(words: str) -> None:
    assert HealthCheck(command=("CMD-SHELL", words)).command[1] == words
