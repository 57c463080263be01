"""`infra sandbox`, as a person runs it: brought up, shown, refused in a sentence, stopped without a trace."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.running import PROJECT

pytestmark = pytest.mark.emulator
# The stack with the fewest resources; which one is brought up makes no difference to the command.
STACK = "state-backend"
Sandbox = Callable[..., "subprocess.Popen[str]"]
PROGRAM = """
import sys
from pathlib import Path
from operations import cli
from operations.sandbox import command
command.DIRECTORY = Path(sys.argv.pop(1))
cli.main()
"""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """`sandbox(*arguments)` starts the command in a directory and with a synthesis of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "sandbox"), "sandbox", *arguments],
            cwd=PROJECT,
            env={**os.environ, "CDKTF_OUTDIR": str(tmp_path / "output"), "COLUMNS": "300", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate()


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of a command that ends by itself."""
    output, errors = process.communicate()
    return process.returncode, output, errors


def read_up_to(process: subprocess.Popen[str], line: str) -> str:
    """What a command says before a line; it goes on."""
    assert process.stdout
    said: list[str] = []
    for words in process.stdout:
        if words == line:
            return "".join(said)
        said.append(words)
    pytest.fail(f"{line!r} never came: {said}")


def emulator_port(output: str) -> int:
    """The port that the command said the emulator listens on."""
    found = re.search(r"http://127\.0\.0\.1:(\d+)", output)
    assert found, output
    return int(found[1])


def is_listening(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_a_stack_is_brought_up_and_shown(sandbox: Sandbox) -> None:
    # A backend that a person has chosen for real AWS, and a selection of stacks, are not the sandbox's.
    code, output, errors = finished(sandbox(STACK, INFRA_BACKEND="local", INFRA_STACKS="ohi-dev"))
    assert (code, errors) == (0, "")
    steps = (
        "Synthesized ",
        "State in s3://",
        "Planned ",
        "Applied ",
        "Planned again: no changes",
        "Outputs of",
    )
    places = [output.index(step) for step in steps]
    assert places == sorted(places)
    others = re.search(rf"Synthesized {STACK} and (\d+) others", output)
    assert others
    assert int(others[1]) > 10
    assert f"infra sandbox {STACK} --keep" in output
    assert re.search(r"locked by \S+ and a lock file", output)
    assert "arn:aws:kms:eu-west-1:123456789012:key/" in output
    assert not is_listening(emulator_port(output))


def test_a_kept_dry_run_is_looked_into_from_a_second_terminal_applies_nothing_and_is_stopped(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    process = sandbox(STACK, "--dry-run", "--keep")
    directory = tmp_path / "sandbox" / STACK
    near = f"  terraform -chdir={os.path.relpath(directory, PROJECT)}"
    output = read_up_to(process, f"{near} state list\n")
    assert [one for one in ("plan", "output", "destroy") if f"{near} {one}\n" not in output] == []
    inside = f". {directory}/environment.sh; terraform -chdir={directory} plan -no-color"
    person = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "AWS_PROFILE": "mine"}
    planned = subprocess.run(["sh", "-c", inside], capture_output=True, text=True, check=True, env=person)
    assert "aws_s3_bucket." in planned.stdout
    assert re.search(r"^  create aws_s3_bucket\.", output, re.MULTILINE)
    assert "Applied" not in output
    assert "CreateAlias" not in directory.with_suffix(".log").read_text()
    process.terminate()
    rest, _ = process.communicate()
    assert process.returncode == 130
    # This stack creates the bucket of its own state, which cdktf would ask for.
    assert "npx cdktf" not in output + rest
    assert "infra plan" not in output + rest
    assert "Stopped; the emulator and all that was in it are gone." in rest
    assert not is_listening(emulator_port(output))


def test_stopped_in_the_middle_of_an_apply_nothing_stays(sandbox: Sandbox) -> None:
    process = sandbox(STACK)
    output = read_up_to(process, "            Applying ...\n")
    process.terminate()
    rest, _ = process.communicate()
    assert process.returncode == 130
    assert "Stopped; the emulator and all that was in it are gone." in rest
    assert "Applied" not in rest
    assert not is_listening(emulator_port(output))


def test_the_emulators_log_is_named_at_the_start_and_beside_what_failed(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    failing = tmp_path / "bin" / "terraform"
    failing.parent.mkdir()
    version = f'[ "$1" = version ] && exec {shutil.which("terraform")} "$@"'
    failing.write_text(f"#!/bin/sh\n{version}\necho 'no plan today' >&2\nexit 1\n")
    failing.chmod(0o755)
    code, output, errors = finished(sandbox(STACK, PATH=f"{failing.parent}:{os.environ['PATH']}"))
    log = os.path.relpath(tmp_path / "sandbox" / f"{STACK}.log", PROJECT)
    assert re.search(rf"Emulated AWS on \S+, logged in {re.escape(log)}\n", output)
    assert code == 2
    assert "no plan today" in errors
    assert errors.endswith(f"\nemulator: its log is {log}\n")


@pytest.mark.parametrize("name", ["ohi-test", "ohi-*", ""])
def test_an_unknown_stack_lists_the_known_ones(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    code, output, errors = finished(sandbox(name))
    assert (code, output) == (2, "")
    assert re.search(r"got .*ohi-dev, ohi-staging, ohi-prod", errors)
    assert not (tmp_path / "sandbox").exists()
    assert not (tmp_path / "output").exists()


def test_a_taken_port_is_refused_before_anything_is_written(sandbox: Sandbox, tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, errors = finished(sandbox(STACK, "--port", str(port)))
    assert code == 2
    why = f"got port {port} of 127.0.0.1 is taken; allowed: a free port; choose another port, or none"
    assert errors == f"emulator: {why}\n"
    assert not (tmp_path / "output").exists()


def test_two_of_one_stack_are_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    lock = tmp_path / f"sandbox/{STACK}.lock"
    lock.parent.mkdir()
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        code, _, errors = finished(sandbox(STACK))
    assert code == 2
    assert "another one runs on this machine" in errors


def test_without_terraform_it_says_how_to_get_it(sandbox: Sandbox, tmp_path: Path) -> None:
    code, output, errors = finished(sandbox(STACK, PATH=str(tmp_path)))
    assert (code, output) == (2, "")
    assert "no such program on PATH" in errors
