"""Every command with wrong arguments, a wrong AWS, a narrow terminal: always a sentence."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from botocore.exceptions import ProfileNotFound

from aws_emulator import Emulator
from operations import cli
from operations.cli import COMMANDS
from tests.running import PROJECT, run_infra

NOBODY = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-west-1"}
SOMEBODY = {**NOBODY, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
# What reads from AWS, each in its own way.
READING = (
    ("secret", "list", "ohi-dev"),
    ("state", "list"),
)
# What can be wrong with an AWS configuration, and what every command says of it.
WRONG = {
    "no credentials": (NOBODY, "credentials"),
    "nothing listens": ({**SOMEBODY, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
    "no address": ({**SOMEBODY, "AWS_ENDPOINT_URL": "nonsense"}, "AWS_ENDPOINT_URL: got 'nonsense'"),
    "no such profile": ({**NOBODY, "AWS_PROFILE": "nobody"}, "nobody"),
}


def infra(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command for a person who has configured nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "INFRA_"))}
    theirs = {"HOME": str(home), "COLUMNS": "60", "NO_PROXY": "127.0.0.1", **environment}
    return run_infra(*words, environment={**clean, **theirs})


@pytest.mark.parametrize("aws", WRONG)
@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_wrong_aws_configuration_is_a_sentence(tmp_path: Path, words: tuple[str, ...], aws: str) -> None:
    environment, said = WRONG[aws]
    refused = infra(tmp_path, *words, **environment)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1, refused.stderr


@pytest.mark.emulator
def test_a_stack_that_left_the_catalogue_has_the_configured_region(
    tmp_path: Path, emulator: Emulator
) -> None:
    both = {"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "us-east-1"}
    words = ("secret", "list", "left-dev")
    refused = infra(tmp_path, *words, **{**SOMEBODY, **both, "AWS_ENDPOINT_URL": emulator.url})
    assert "got 0 secrets named left-dev-environment-… in eu-north-1" in refused.stderr
    without = infra(tmp_path, *words)
    fix = "name it with --region, or set AWS_REGION"
    assert without.stderr == f"region: got no region; allowed: the stack's; {fix}\n"


@pytest.mark.parametrize("command", ["outputs", "picture", "plan", "rollback", "sandbox"])
def test_an_unknown_stack_lists_the_known_ones(tmp_path: Path, command: str) -> None:
    refused = infra(tmp_path, command, "ohi-test")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("stack: got 'ohi-test'; allowed: ohi-dev, ohi-staging, ohi-prod")


def test_help_lists_every_command_in_order_and_fits_the_terminal(tmp_path: Path) -> None:
    shown = infra(tmp_path, "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert max(map(len, lines)) <= 60
    starts = [line.split()[1] for line in lines if line.startswith("│ ") and line[2] != " "]
    listed = [word for word in starts if word in COMMANDS]
    assert listed == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_helps(tmp_path: Path, name: str) -> None:
    shown = infra(tmp_path, name, "--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f" {name} " in shown.stdout.strip().splitlines()[0]


def test_a_mistyped_command_is_guessed(tmp_path: Path) -> None:
    refused = infra(tmp_path, "outpts")
    assert refused.returncode == 2
    assert "Did you mean 'outputs'?" in " ".join(refused.stderr.split())


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            ProfileNotFound(profile="nobody"),
            2,
            "AWS credentials: The config profile (nobody) could not be found\n",
        ),
        (PermissionError(13, "Permission denied", "/site/a"), 2, "/site/a: Permission denied\n"),
        (OSError(28, "No space left on device"), 2, "standard output: No space left on device\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["boto3", "file", "disk", "Ctrl-C"],
)
def test_what_a_command_does_not_expect_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    def failing(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", failing)
    monkeypatch.setattr(cli, "_register", lambda _: None)
    with pytest.raises(SystemExit) as raised:
        cli.main()
    assert (raised.value.code, capsys.readouterr().err) == (code, said)


@pytest.mark.parametrize(("raised", "said"), [("KeyboardInterrupt", ""), ("ZeroDivisionError", "Traceback")])
def test_ctrl_c_while_modules_are_imported_ends_without_a_traceback(raised: str, said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", f"import operations; raise {raised}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert ended.stderr[: len("Traceback")] == said


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", ["evidence webapp-dev", "secret list ohi-dev"])
def test_a_standard_stream_that_is_closed_is_no_traceback(tmp_path: Path, words: str, closed: str) -> None:
    infra = "from operations.cli import main; main()"
    shell = f"{shlex.quote(sys.executable)} -c {shlex.quote(infra)} {words} {closed}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CDKTF_OUTDIR": str(tmp_path)}
    environment |= {"AWS_PROFILE": "nobody"}
    ended = subprocess.run(
        ["sh", "-c", shell], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    assert ended.returncode == (0 if words.startswith("evidence") else 2)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_leaves_a_cursor(tmp_path: Path, sent: signal.Signals) -> None:
    """At once, when its spinner has hidden the cursor: rich shows it again only if it has wholly begun."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CDKTF_OUTDIR": str(tmp_path)}
    infra = [
        *(sys.executable, "-c"),
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from operations.cli import main; main()",
        *("status", "ohi-dev"),
    ]
    with subprocess.Popen(
        infra, cwd=PROJECT, env=environment | {"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs
    ) as command:
        os.close(theirs)
        seen = b""
        while b"\x1b[?25l" not in seen:
            seen += os.read(ours, 1000)
        command.send_signal(sent)
        with suppress(OSError):  # what Linux says once nobody has the terminal open any more
            while more := os.read(ours, 1000):
                seen += more
        assert command.wait() == 130
    os.close(ours)
    assert seen.rfind(b"\x1b[?25h") > seen.rfind(b"\x1b[?25l")
    assert b"Traceback" not in seen
