"""Fenced examples and inline code of the project's documents."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FENCE = re.compile(r"^ *```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SEPARATORS = {"&&", ";"}
_ASSIGNMENT = re.compile(r"(?P<name>[A-Z_]+)=(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Fence:
    """A fenced example: where it stands, its language, its lines."""

    document: str
    line: int
    language: str
    body: str

    @property
    def place(self) -> str:
        """For people: `README.md:12`."""
        return f"{self.document}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command of an example: the variables before it, its words, and the line without its comment."""

    place: str
    text: str
    variables: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def documents() -> dict[str, str]:
    """Text by path of every document that people read."""
    folders = ("backend", "docs", "modules", "operations", "packages", "stacks")
    found = [*PROJECT.glob("*.md"), *(path for one in folders for path in (PROJECT / one).rglob("*.md"))]
    # What is specified is no example.
    named = {str(path.relative_to(PROJECT)): path.read_text() for path in sorted(found)}
    return {name: text for name, text in named.items() if not name.startswith("docs/specification/")}


def fences(document: str, text: str) -> Iterator[Fence]:
    """Every fenced example of a document."""
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Fence(document=document, line=line, language=found["language"], body=found["body"])


def commands(fence: Fence) -> Iterator[Command]:
    """The commands of a shell example; of a `console` example, what stands behind its prompts."""
    lines = fence.body.replace("\\\n", "").splitlines()
    if fence.language == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    for line in lines:
        yield from split(line, fence.place)


def split(line: str, place: str = "") -> Iterator[Command]:
    """The commands of one line."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&;")
    lexer.whitespace_split = True
    pending: list[str] = []
    for word in [*lexer, ";"]:
        if word not in _SEPARATORS:
            pending.append(word)
            continue
        if pending:
            yield _command(pending, place)
        pending = []


def _command(words: list[str], place: str) -> Command:
    variables = []
    while words and (found := _ASSIGNMENT.fullmatch(words[0])):
        variables.append((found["name"], found["value"]))
        words = words[1:]
    text = " ".join([*(f"{name}={value}" for name, value in variables), *words])
    return Command(place=place, text=text, variables=tuple(variables), words=tuple(words))


def inline(text: str, *programs: str) -> Iterator[str]:
    """Inline code that begins with one of the programs."""
    outside = FENCE.sub("", text)
    for found in re.finditer(r"`([^`\n]+)`", outside):
        if found[1].split()[0] in programs:
            yield found[1].replace("\\|", "|")
