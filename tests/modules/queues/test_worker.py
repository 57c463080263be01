"""A worker as its settings start it: a real Dramatiq with the middleware of the README, on a real Redis."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from modules.compute.service.container_settings import ContainerSettings
from modules.errors import ProblemsError
from modules.queues.dramatiq.broker import BROKER_PERMISSIONS
from modules.queues.dramatiq.settings import HEARTBEATS, DramatiqWorkerSettings
from tests.modules.queues.broker import Cache, cache
from tests.modules.servers import wait_until

README = Path(__file__).parents[3] / "modules/queues/dramatiq/README.md"
TASKS = """
import os, time
from pathlib import Path
import dramatiq
from dramatiq.brokers.redis import RedisBroker
from worker_middleware import Heartbeat, TaskProtection

Heartbeat.seconds, Heartbeat.margin = 0.2, 0
broker = RedisBroker(**{arguments!r})
broker.add_middleware(Heartbeat())
if "TASK_PROTECTION_MINUTES" in os.environ:
    broker.add_middleware(TaskProtection())
dramatiq.set_broker(broker)

@dramatiq.actor(max_retries=0)
def work(file, seconds):
    Path(file + ".begun").touch()
    time.sleep(seconds)
    Path(file).touch()

@dramatiq.actor(time_limit=500, max_retries=0)
def hang():
    while True:
        try:
            time.sleep(30)
        except BaseException:
            pass
"""
SETTINGS = DramatiqWorkerSettings(command=("dramatiq", "tasks"), threads=1, shutdown_timeout_seconds=20)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Cache]:
    with cache(tmp_path, BROKER_PERMISSIONS) as found:
        yield found


@pytest.fixture
def tasks(store: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program, with the README's middleware, and its actors."""
    (middleware,) = [
        block.partition("```")[0]
        for block in README.read_text().split("```python\n")
        if "Heartbeat(" in block
    ]
    (tmp_path / "worker_middleware.py").write_text(middleware)
    (tmp_path / "tasks.py").write_text(TASKS.format(arguments=store.arguments))
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("tasks", "worker_middleware"):
        sys.modules.pop(name, None)
    import tasks  # type: ignore[import-not-found]

    return tasks


class Worker:
    """A running container's process, and what its health check says."""

    def __init__(self, container: ContainerSettings, directory: Path, variables: dict[str, str]) -> None:
        self.heartbeats, self._container = directory / "heartbeats", container
        own = {
            name: value.replace(HEARTBEATS, str(self.heartbeats))
            for name, value in container.environment.items()
        }
        environment = {**os.environ, **own, **variables, "PYTHONPATH": str(directory)}
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        self.process = subprocess.Popen(
            [*container.entry_point, *container.command],
            env=environment,
            cwd=directory,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end(self) -> None:
        """End all its processes, also those that hang."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def healthy(self, *, within_minutes: str = "") -> bool:
        assert self._container.health_check
        command = self._container.health_check.command[1].replace(HEARTBEATS, str(self.heartbeats))
        if within_minutes:
            command = command.replace("-mmin -2", f"-mmin -{within_minutes}")
        return not subprocess.run(["/bin/sh", "-c", command], check=False).returncode


@contextmanager
def working(
    settings: DramatiqWorkerSettings, directory: Path, variables: dict[str, str] | None = None
) -> Iterator[Worker]:
    worker = Worker(settings.container, directory, variables or {})
    try:
        wait_until(worker.healthy, "the worker is healthy")
        yield worker
    finally:
        worker.end()


def test_sigterm_lets_the_running_message_finish_and_puts_the_others_back(tasks: Any, tmp_path: Path) -> None:
    files = [tmp_path / f"message-{number}" for number in range(3)]
    with working(SETTINGS, tmp_path) as worker:
        for file in files:
            tasks.work.send(str(file), 3)
        wait_until(Path(f"{files[0]}.begun").exists, "the first message is in work")
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(timeout=SETTINGS.container.stop_timeout_seconds) == 0
    assert [file.exists() for file in files] == [True, False, False]
    assert tasks.broker.client.llen("dramatiq:default") == 2


def test_it_is_healthy_while_it_works_and_not_when_a_message_hangs(tasks: Any, tmp_path: Path) -> None:
    with working(SETTINGS, tmp_path) as worker:
        assert worker.healthy(within_minutes="0.05")
        tasks.hang.send()
        wait_until(lambda: not worker.healthy(within_minutes="0.05"), "the heartbeat is old")
        assert worker.process.poll() is None


def test_it_is_not_healthy_before_it_works(tmp_path: Path) -> None:
    idle = replace(SETTINGS, command=("sleep",)).container
    worker = Worker(replace(idle, command=("30",)), tmp_path, {})
    try:
        assert not worker.healthy()
    finally:
        worker.end()


def test_every_process_has_its_heartbeat(tasks: Any, tmp_path: Path) -> None:
    assert tasks
    with working(replace(SETTINGS, processes=2), tmp_path) as worker:
        # One of two is not enough.
        heartbeats = [*worker.heartbeats.iterdir()]
        assert len(heartbeats) == 2
        worker.process.send_signal(signal.SIGSTOP)
        os.kill(int(heartbeats[0].name), signal.SIGSTOP)
        heartbeats[0].unlink()
        assert not worker.healthy()
        os.kill(int(heartbeats[0].name), signal.SIGCONT)
        worker.process.send_signal(signal.SIGCONT)


class Agent(BaseHTTPRequestHandler):
    """ECS's agent: it takes the state of protection."""

    taken: list[tuple[str, dict[str, Any]]]

    def do_PUT(self) -> None:
        """Take it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.path, json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def agent() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    Agent.taken = []
    server = HTTPServer(("127.0.0.1", 0), Agent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/task", Agent.taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_task_is_protected_while_it_processes(tasks: Any, tmp_path: Path) -> None:
    protected = replace(SETTINGS, protection_minutes=60)
    path = "/api/task/task-protection/v1/state"
    with agent() as (uri, taken), working(protected, tmp_path, {"ECS_AGENT_URI": uri}):
        tasks.work.send(str(tmp_path / "message"), 1)
        wait_until(lambda: len(taken) == 2, "the protection begins and ends")
    assert taken == [
        (path, {"ProtectionEnabled": True, "ExpiresInMinutes": 60}),
        (path, {"ProtectionEnabled": False}),
    ]


def test_an_agent_that_is_away_stops_no_message(tasks: Any, tmp_path: Path) -> None:
    away = {"ECS_AGENT_URI": "http://127.0.0.1:1"}
    with working(replace(SETTINGS, protection_minutes=60), tmp_path, away):
        tasks.work.send(str(tmp_path / "message"), 0)
        wait_until((tmp_path / "message").exists, "the message is processed")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shutdown_timeout_seconds": 111}, r"got 111; allowed: 1 to 110: Fargate kills .*; lower it"),
        ({"shutdown_timeout_seconds": 600}, r"got 600; allowed: 1 to 110"),
        ({"queues": ("high priority",)}, r"got 'high priority'; allowed: a letter or '_', then"),
        ({"queues": ("default.DQ",)}, r"got 'default\.DQ'; allowed: .* without \.DQ or \.XQ"),
        ({"command": ()}, r"got none; allowed: a program and its arguments"),
        ({"command": ("/bin/sh", "-c", "dramatiq x")}, r"a shell keeps SIGTERM from it"),
        ({"protection_minutes": 2881}, r"got 2881; allowed: 1 to 2880"),
        ({"protection_minutes": 5, "processes": 2}, r"2 processes; allowed: 1 process"),
    ],
)
def test_what_cannot_work_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        replace(SETTINGS, **changes)


def test_the_container_ends_within_what_fargate_waits() -> None:
    container = replace(SETTINGS, shutdown_timeout_seconds=110).container
    assert container.stop_timeout_seconds == 120
    assert ("--worker-shutdown-timeout", "110000") in zip(
        container.command, container.command[1:], strict=False
    )
    named = replace(SETTINGS, queues=("default", "mail")).container
    assert named.command[-3:] == ("--queues", "default", "mail")
