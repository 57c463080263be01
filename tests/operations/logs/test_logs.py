"""`infra logs`, against the emulator over HTTP."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from modules.errors import ProblemsError
from operations.logs import command as module
from operations.logs import logs as command
from tests.operations.faults import RESET, THROTTLED, Faults, faulty
from tests.operations.small_stack import GROUPS, STACK, Infra, SmallStack, invoke, until

TASK = "0123456789abcdef"


def write(stack: SmallStack, service: str, *lines: str, container: str | None = None, ago: float = 5) -> None:
    """Lines of a container, a millisecond apart."""
    name = container or service
    stream = f"{name}/{name}/{TASK}"
    known = stack.logs.describe_log_streams(logGroupName=GROUPS[service])["logStreams"]
    if stream not in [one["logStreamName"] for one in known]:
        stack.logs.create_log_stream(logGroupName=GROUPS[service], logStreamName=stream)
    first = int((time.time() - ago) * 1000)
    events = [{"timestamp": first + place, "message": line} for place, line in enumerate(lines)]
    stack.logs.put_log_events(logGroupName=GROUPS[service], logStreamName=stream, logEvents=events)


def logs(*words: str) -> Result:
    return invoke(command, STACK, *words)


def shown(*words: str) -> list[str]:
    """The lines without their times."""
    found = logs(*words)
    assert found.exit_code == 0, found.exception
    return [line.partition(" ")[2] for line in found.stdout.splitlines()]


def refused(*words: str) -> list[str]:
    found = logs(*words)
    assert isinstance(found.exception, ProblemsError), found.output
    return str(found.exception).splitlines()


def test_services_are_merged_by_time_with_their_names(stack: SmallStack) -> None:
    write(stack, "api", "second", ago=20)
    write(stack, "worker", "first", ago=30)
    write(stack, "worker", "third", ago=10)
    write(stack, "api", "of the proxy", container="proxy", ago=5)
    write(stack, "api", "too old", ago=700)
    assert shown() == ["worker first", "api    second", "worker third", "api    proxy: of the proxy"]
    assert shown("worker") == ["worker first", "worker third"]
    assert shown("api", "--container", "proxy") == ["api proxy: of the proxy"]
    assert shown("--since", "15s", "--grep", "^th") == ["worker third"]
    assert shown("api", "--since", "1h")[0] == "api too old"


def test_no_line_is_said_so_beside_the_output(stack: SmallStack) -> None:
    write(stack, "api", "hello", ago=300)
    found = logs("--since", "1m", "--grep", "hel+o")
    assert found.stdout == ""
    assert re.search(r"^No lines with 'hel\+o' since [\d-]+ [\d:]+ UTC; --since", found.stderr, re.MULTILINE)
    assert "No lines" not in logs("--since", "1h").stderr


def test_lines_of_several_days_have_their_date(stack: SmallStack) -> None:
    write(stack, "api", "hello")
    assert re.fullmatch(r"\d\d-\d\d \d\d:\d\d:\d\d api hello\n", logs("api", "--since", "7d").stdout)


def test_every_page_is_read(stack: SmallStack) -> None:
    lines = [f"line {number}" for number in range(10_050)]
    write(stack, "api", *lines[:5_000], ago=60)
    write(stack, "api", *lines[5_000:10_000], ago=50)
    write(stack, "api", *lines[10_000:], ago=40)
    assert shown("api") == [f"api {line}" for line in lines]


def test_json_has_one_line_an_event(stack: SmallStack) -> None:
    write(stack, "api", "a [bold]line[/]")
    (line,) = logs("api", "--json").stdout.splitlines()
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {"service": "api", "container": "api", "task": TASK, "message": "a [bold]line[/]"}


class Following:
    """`--follow` in this process: between two looks something happens, and at the end Ctrl-C."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._steps: Iterator[Callable[[], object]] = iter(())
        monkeypatch.setattr(module, "POLL_SECONDS", 0.0)
        monkeypatch.setattr("operations.logs.command.time.sleep", self._next)

    def run(self, *steps: Callable[[], object], words: tuple[str, ...] = ()) -> list[str]:
        """The lines that were shown."""
        self._steps = iter(steps)
        return shown("--follow", *words)

    def _next(self, _: float) -> None:
        step = next(self._steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()


@pytest.fixture
def following(stack: SmallStack, monkeypatch: pytest.MonkeyPatch) -> Following:
    del stack
    return Following(monkeypatch)


def test_what_comes_is_told_once_and_what_comes_late_too(stack: SmallStack, following: Following) -> None:
    write(stack, "api", "before")
    found = following.run(
        lambda: write(stack, "api", "now", ago=1),
        lambda: write(stack, "worker", "late", ago=10),
        lambda: write(stack, "api", "late too", ago=8),
        lambda: None,
    )
    assert found == ["api    before", "api    now", "worker late", "api    late too"]


def test_equal_lines_at_one_time_are_all_told(stack: SmallStack, following: Following) -> None:
    write(stack, "api", *["same"] * 3, ago=5)
    assert following.run(lambda: write(stack, "api", *["same"] * 2, ago=5)) == ["api    same"] * 5


@pytest.fixture
def faults(stack: SmallStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    with faulty(stack.emulator.port) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield proxy


def test_throttling_and_resets_lose_and_repeat_nothing(
    stack: SmallStack, following: Following, faults: Faults
) -> None:
    write(stack, "api", "one")

    def fail() -> None:
        faults.of["FilterLogEvents"] = [THROTTLED, RESET, THROTTLED]
        write(stack, "api", "two", ago=1)

    found = following.run(fail, *[lambda: None] * 8, words=("api",))
    assert found == ["api one", "api two"]
    assert not faults.of["FilterLogEvents"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--since", "soon", "--grep", "("],
            [
                "--since: got 'soon'; allowed: a number and s, m, h or d, or a time such as "
                "2026-01-31T08:00; correct it",
                "--grep: got '(' (missing ), unterminated subpattern at position 0); allowed: a regular "
                "expression of Python; correct it",
            ],
        ),
        (
            ["apy", "ap"],
            [
                f"ohi-dev service: got '{one}'; allowed: api, worker; name one of these"
                for one in ("apy", "ap")
            ],
        ),
    ],
)
def test_bad_input_is_refused_all_at_once(stack: SmallStack, words: list[str], said: list[str]) -> None:
    del stack
    assert refused(*words) == said


def test_what_is_not_deployed_is_named(stack: SmallStack) -> None:
    stack.logs.delete_log_group(logGroupName=GROUPS["worker"])
    assert refused() == [
        "ohi-dev worker: got no log group /ecs/ohi-dev/worker; allowed: a deployed service; "
        "apply the stack first"
    ]


@pytest.mark.emulator
def test_ctrl_c_ends_it_cleanly(stack: SmallStack, tmp_path: Path) -> None:
    write(stack, "api", "hello")
    with Infra(stack, tmp_path).start("logs", STACK, "--follow") as process:
        until(process.stdout, "hello")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_line_has_its_time_in_utc(stack: SmallStack) -> None:
    write(stack, "api", "hello")
    (event,) = stack.logs.filter_log_events(logGroupName=GROUPS["api"])["events"]
    when: Any = time.gmtime(event["timestamp"] / 1000)
    assert logs("api").stdout == f"{time.strftime('%H:%M:%S', when)} api hello\n"


def test_a_stack_without_services_and_a_time_before_the_calendar_are_sentences(
    stack: SmallStack, tmp_path: Path
) -> None:
    assert refused("--since", "99999999d")[0].startswith("--since: got '99999999d'; allowed: a number")
    stack.resources["aws_ecs_service"] = {}
    stack.write(tmp_path / "output")
    assert refused() == [f"{STACK}: got no service; allowed: a stack of services; name another stack"]


def test_ctrl_c_without_following_is_no_success(stack: SmallStack, monkeypatch: pytest.MonkeyPatch) -> None:
    del stack

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "synthesized", interrupted)
    assert logs().exit_code == 130
    assert logs("--follow").exit_code == 0
