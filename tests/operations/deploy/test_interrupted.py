"""`infra deploy` that is interrupted, throttled, killed; and run again."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from select import select
from typing import Any

import pytest

from operations import aws
from operations.deploy import deployment, rollouts
from operations.deploy.definitions import withdraw
from operations.deploy.rollouts import look
from tests.operations.faults import RESET, THROTTLED, faulty

pytestmark = pytest.mark.emulator
_SECONDS = 60


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_without_a_terminal_ctrl_c_leaves_and_says_so(shop: Any) -> None:
    image = shop.push("api", "2")
    shop.write()
    shop.emulator.order_deployments({"hangs": True})
    with shop.project.start("deploy", "ohi-dev", f"api={image}", "--poll", "0.1") as process:
        until(lambda: shop.statuses("api")[0] == "IN_PROGRESS")
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    assert (
        f"Left. What was begun goes on in ECS; to go on from here: infra deploy ohi-dev api={image}" in output
    )
    assert (shop.statuses("api")[0], shop.parameter("api")) == ("IN_PROGRESS", shop.first["api"])
    shop.emulator.order_deployments()
    again = shop.project.infra("deploy", "ohi-dev", f"api={image}", "--no-health")
    assert (again.returncode, again.stderr) == (0, "")
    assert (shop.runs("api"), shop.parameter("api"), len(shop.statuses("api"))) == ((2, image), image, 2)


def in_a_terminal(shop: Any, *words: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start `infra` with a terminal for its input and output."""
    shop.write()
    own, theirs = pty.openpty()
    from tests.running import INFRA_ON

    process = subprocess.Popen(
        [sys.executable, *INFRA_ON, str(shop.project.directory / "main.py"), *words],
        cwd=shop.project.directory,
        env={**os.environ, "CDKTF_OUTDIR": str(shop.project.directory / "output"), "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    return process, own


def read_until(terminal: int, words: bytes) -> bytes:
    """What is shown, up to some words, or to its end."""
    shown, end = b"", time.monotonic() + _SECONDS
    while words not in shown:
        assert select([terminal], [], [], end - time.monotonic())[0], shown[-500:]
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # its end
            break
    return shown


@pytest.mark.parametrize(
    ("answer", "code", "status"),
    [(b"r\n", 1, "ROLLBACK_SUCCESSFUL"), (b"l\n", 130, "IN_PROGRESS"), (None, 130, "IN_PROGRESS")],
)
def test_ctrl_c_asks(shop: Any, answer: bytes | None, code: int, status: str) -> None:
    image = shop.push("api", "2")
    shop.emulator.order_deployments({"hangs": True})
    process, terminal = in_a_terminal(shop, "deploy", "ohi-dev", f"api={image}", "--poll", "0.1")
    try:
        assert b"IN_PROGRESS" in read_until(terminal, b"IN_PROGRESS"), process.poll()
        process.send_signal(signal.SIGINT)
        assert b"roll back (r)" in read_until(terminal, b"leave (l)?")
        if answer is None:
            process.send_signal(signal.SIGINT)
        else:
            os.write(terminal, answer)
        read_until(terminal, b"\0")
        assert process.wait(_SECONDS) == code
    finally:
        os.close(terminal)
        process.kill()
        process.wait()
    assert (shop.statuses("api")[0], shop.parameter("api")) == (status, shop.first["api"])
    assert shop.active("api") == ([1] if code == 1 else [1, 2])


class KilledError(BaseException):
    """The process ends here, as by kill -9: nothing is cleaned up."""


_STEPS = [
    (deployment, "prepared", False),
    (rollouts, "start", False),
    (rollouts, "start", True),
    (deployment, "watch", False),
    (deployment, "watch", True),
]


@pytest.mark.parametrize(("module", "step", "after"), _STEPS)
def test_killed_between_two_steps_it_is_mended_by_running_again(
    shop: Any, monkeypatch: pytest.MonkeyPatch, module: Any, step: str, after: Any
) -> None:
    image, real = shop.push("api", "2"), getattr(module, step)

    def killed(*given: Any) -> Any:
        if after:
            real(*given)
        raise KilledError

    monkeypatch.setattr(module, step, killed)
    with pytest.raises(KilledError):
        shop.deploy(f"api={image}")
    monkeypatch.setattr(module, step, real)
    again = shop.deploy(f"api={image}")
    assert again.exit_code == 0, again.output
    assert (shop.runs("api"), shop.parameter("api"), shop.active("api")) == ((2, image), image, [1, 2])


def test_killed_before_a_failure_is_cleaned_up_the_next_one_cleans_up(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, worse, real = shop.push("api", "2"), shop.push("api", "3"), withdraw

    def killed(*_: Any) -> Any:
        raise KilledError

    shop.emulator.order_deployments({"exit_code": 1})
    monkeypatch.setattr(deployment, "withdraw", killed)
    with pytest.raises(KilledError):
        shop.deploy(f"api={bad}")
    assert shop.active("api") == [1, 2]
    monkeypatch.setattr(deployment, "withdraw", real)
    assert shop.deploy(f"api={worse}").exit_code == 1
    assert (shop.active("api"), shop.parameter("api")) == ([1], shop.first["api"])


def test_throttling_and_lost_connections_are_outlasted(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    image = shop.push("api", "2")
    monkeypatch.setitem(aws.PATIENT, "total_max_attempts", 1)
    with faulty(shop.emulator.port) as faults:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faults.url)
        faults.of["DescribeServiceDeployments"] = [THROTTLED, RESET]
        result = shop.deploy(f"api={image}")
    assert result.exit_code == 0, result.output
    assert result.output.count("AWS does not answer at the moment") == 1
    assert not any(faults.of.values())
    assert shop.parameter("api") == image


def test_a_deployment_that_another_one_takes_the_place_of_has_failed(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, real = shop.push("api", "2"), look
    others: list[str] = []
    shop.emulator.order_deployments({"hangs": True})

    def looked(*given: Any) -> None:
        real(*given)
        if not others:
            others.append(shop.push("api", "3"))
            found = shop.ecs.describe_task_definition(taskDefinition="ohi-dev-api-task:2")["taskDefinition"]
            copied = {name: found[name] for name in ("family", "cpu", "memory", "containerDefinitions")}
            copied["containerDefinitions"][1]["image"] = others[0]
            made = shop.ecs.register_task_definition(**copied)["taskDefinition"]["taskDefinitionArn"]
            shop.ecs.update_service(cluster="ohi-dev", service="ohi-dev-api-service", taskDefinition=made)
            shop.emulator.order_deployments()

    monkeypatch.setattr("operations.deploy.watch.look", looked)
    result = shop.deploy(f"api={mine}")
    assert result.exit_code == 1
    assert "FAILED (STOPPED): Superseded by another deployment." in result.output
    assert (shop.runs("api"), shop.parameter("api")) == ((3, others[0]), shop.first["api"])
