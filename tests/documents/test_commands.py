"""Every command that a document shows works: the real `infra` parses it, or a test that is named runs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from operations import cli
from stacks.catalogue import catalogue
from tests.documents.fences import PROJECT, Command, Fence, commands, documents, fences, inline, split
from tests.documents.run_by import NOT_RUN, RUN_BY
from tests.running import run_main

# What a fence may hold: shell commands (console: with prompts and output), code that other tests run, output.
SHELL = {"sh", "console"}
OTHERS = {"python", "text"}


def shown() -> list[Fence]:
    """Every fenced example."""
    return [fence for name, text in documents().items() for fence in fences(name, text)]


def shell_commands() -> list[Command]:
    """Every command of a fenced example."""
    return [found for fence in shown() if fence.language in SHELL for found in commands(fence)]


COMMANDS = shell_commands()


def general(command: Command) -> str:
    """The command as the tables have it, with STACK for the name of a stack."""
    return re.sub(rf"\b({'|'.join(catalogue())})\b", "STACK", command.text)


def of(*programs: str) -> list[Any]:
    """The commands of some programs, one parameter each."""
    found = {one.text: one for one in COMMANDS if one.words and one.words[0] in programs}
    return [pytest.param(one, id=f"{one.place} {one.text}") for one in found.values()]


@pytest.fixture(scope="module")
def infra() -> Any:
    """The real command with all its subcommands."""
    cli._register(list(cli.COMMANDS))
    return typer.main.get_command(cli.app)


def parse(infra: Any, words: Iterable[str]) -> None:
    """Parse a command line, and run nothing. Raises typer's own errors."""
    found, context, rest = infra, None, [*words]
    while hasattr(found, "commands"):
        rest = found.ordered(rest) if hasattr(found, "ordered") else rest
        name = rest.pop(0) if rest else ""
        if name not in found.commands and (default := getattr(found, "default", None)):
            name, rest = default, [name, *rest]
        assert name in found.commands, f"{name!r} is no subcommand; there are {', '.join(found.commands)}"
        found = found.commands[name]
    context = found.make_context(found.name, rest)
    assert not context.args


def synopsis_problems(infra: Any, code: str) -> Iterator[str]:
    """What inline code such as `infra secret list|set STACK [--region …]` names and the command has not."""
    words = re.sub(r"[\[\]]", "", code).split()[1:]
    level = [infra]
    while words and re.fullmatch(r"[a-z|-]+", words[0]) and not words[0].startswith("-"):
        names = words.pop(0).split("|")
        commands = {name: sub for one in level for name, sub in getattr(one, "commands", {}).items()}
        if not commands:  # an argument
            break
        yield from (f"{code}: no subcommand {name}" for name in names if name not in commands)
        level = [commands[name] for name in names if name in commands]
    options = {option for one in level for parameter in one.params for option in parameter.opts}
    for word in words:
        if word.startswith("--") and word not in options:
            yield f"{code}: no option {word}"


def targets() -> set[str]:
    """The targets and variables of the Makefile."""
    makefile = (PROJECT / "Makefile").read_text()
    return {*re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)}


def unknown_words(command: Command) -> Iterator[str]:
    """Words behind `make` that are neither a target nor a variable that the Makefile lets people set."""
    makefile = (PROJECT / "Makefile").read_text()
    for word in command.words[1:]:
        name, assigned, _ = word.partition("=")
        known = re.search(rf"^{name}\s*\?=", makefile, re.MULTILINE) if assigned else word in targets()
        if not known:
            yield f"{command.place}: make has no {word}"


def unaccounted(command: Command) -> str | None:
    """Why a command is nothing that is checked here."""
    match command.words:
        case ():
            return _unread(name for name, _ in command.variables)
        case ("export", *assignments):
            return _unread(one.partition("=")[0] for one in assignments)
        case ("infra" | "make", *_) | ("python", "main.py") | ("source" | ".", ".venv/bin/activate"):
            return None
        case ("cd", directory) if (PROJECT / directory).is_dir() or directory.startswith("cdktf.out/stacks/"):
            return None
        case ("python", "-m", "pytest", *words):
            missing = [word for word in words if word.startswith("tests/") and not (PROJECT / word).exists()]
            return f"there is no {', '.join(missing)}" if missing else None
    return None if general(command) in {*RUN_BY, *NOT_RUN} else "no test is named for it in run_by.py"


def _unread(variables: Iterable[str]) -> str | None:
    """Which variables no program of the project reads."""
    paths = [path for folder in ("backend", "operations") for path in (PROJECT / folder).rglob("*.py")]
    code = "".join(path.read_text() for path in [PROJECT / "main.py", *paths])
    unread = [name for name in variables if f'"{name}"' not in code]
    return f"nothing reads {', '.join(unread)}" if unread else None


def test_every_fence_is_of_a_kind_that_is_checked() -> None:
    unknown = [
        f"{one.place}: {one.language or 'none'}" for one in shown() if one.language not in SHELL | OTHERS
    ]
    assert not unknown, f"name one of {', '.join(sorted(SHELL | OTHERS))}: " + "; ".join(unknown)
    # Other tests run the Python of READMEs; that of other documents would be run by nobody.
    python = [one for one in shown() if one.language == "python"]
    assert python
    assert not [one.place for one in python if not one.document.endswith("README.md")]


def test_every_command_is_accounted_for() -> None:
    assert len(COMMANDS) > 20, "the documents show no commands"
    found = [f"{one.place}: {one.text}: {why}" for one in COMMANDS if (why := unaccounted(one))]
    assert not found, "\n".join(found)


def test_no_entry_of_the_tables_is_idle() -> None:
    assert not {*RUN_BY, *NOT_RUN} - {general(one) for one in COMMANDS}
    assert not RUN_BY.keys() & NOT_RUN.keys()


@pytest.mark.parametrize("test", sorted(set(RUN_BY.values())))
def test_the_test_that_runs_a_command_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert f"def {name}(" in (PROJECT / file).read_text()


@pytest.mark.parametrize("command", of("infra"))
def test_infra_takes_the_words_that_are_shown(command: Command, infra: Any) -> None:
    parse(infra, command.words[1:])


@pytest.mark.parametrize("command", of("make"))
def test_make_has_the_targets_that_are_shown(command: Command) -> None:
    assert not list(unknown_words(command))


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param(
            one.variables,
            id=one.text,
            # Synthesis asks Terraform for its version.
            marks=[pytest.mark.terraform] if ("INFRA_BACKEND", "cloud") in one.variables else [],
        )
        for one in {
            one.text: one for one in COMMANDS if one.words == ("python", "main.py") and one.variables
        }.values()
    ],
)
def test_main_runs_with_the_variables_that_are_shown(
    variables: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    run = run_main(tmp_path, **{name: value.replace("…", "example") for name, value in variables})
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert list(tmp_path.glob("stacks/*/cdk.tf.json"))


def test_main_runs_without_variables(output: Path) -> None:
    assert any(one.text == "python main.py" for one in COMMANDS)
    assert list(output.glob("stacks/*/cdk.tf.json"))


def test_inline_commands_exist(infra: Any) -> None:
    # What was is told in the changelog.
    texts = [text for name, text in documents().items() if name != "CHANGELOG.md"]
    found = [code for text in texts for code in inline(text, "infra", "make")]
    assert len(found) > 10
    wrong = [one for code in found if code.startswith("infra") for one in synopsis_problems(infra, code)]
    makes = [command for code in found if code.startswith("make") for command in split(code, code)]
    wrong += [one for command in makes for one in unknown_words(command)]
    assert not wrong, "\n".join(wrong)


# Each check can fail.


@pytest.mark.parametrize(
    "line",
    [
        "terraform destroy",
        "npx cdktf watch ohi-dev",
        "git push",
        "curl example.com",
        "cd nowhere",
        "export INFRA_STACK=ohi-dev",
        "python other.py",
        "infra plan ohi-dev && terraform destroy",
    ],
)
def test_a_command_that_nothing_runs_is_found(line: str) -> None:
    assert [one for one in split(line) if unaccounted(one)]


@pytest.mark.parametrize(
    "words",
    [
        ["plans", "ohi-dev"],
        ["plan"],
        ["plan", "ohi-dev", "--sav", "a"],
        ["state"],
        ["outputs", "ohi-dev", "b"],
    ],
)
def test_words_that_infra_refuses_are_found(words: list[str], infra: Any) -> None:
    with pytest.raises((AssertionError, typer.BadParameter.__base__ or Exception)):
        parse(infra, words)


@pytest.mark.parametrize("code", ["infra stat list", "infra state lst", "infra plan STACK --sav FILE"])
def test_inline_code_that_infra_refuses_is_found(code: str, infra: Any) -> None:
    assert list(synopsis_problems(infra, code))


@pytest.mark.parametrize("line", ["make tests", "make STACKS=ohi-dev", "make sandbox all"])
def test_words_that_make_refuses_are_found(line: str) -> None:
    (command,) = split(line)
    assert list(unknown_words(command))


def test_commands_are_read_as_a_shell_reads_them() -> None:
    body = "A=1 b 'c d'   # a comment\n# only a comment\ncd x && terraform apply \\\n  \"$PWD/y\"\n"
    found = commands(Fence(document="a.md", line=1, language="sh", body=body))
    assert [one.text for one in found] == ["A=1 b c d", "cd x", "terraform apply $PWD/y"]
    prompts = Fence(document="a.md", line=1, language="console", body="$ a b\nsaid\n")
    assert [one.words for one in commands(prompts)] == [("a", "b")]
