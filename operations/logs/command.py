"""`infra logs`: what services write, merged by time."""

from __future__ import annotations

import heapq
import json
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from backend.aws_errors import aws_errors
from modules.errors import Problem, ProblemsError, refusal
from operations import aws
from operations.console import INTERRUPTED, AsJson, say
from operations.logs.source import Line, Source
from operations.stacks import KnownStack
from operations.synthesized import Service, services, synthesized
from operations.synthesized.choice import chosen_container, chosen_services
from operations.transient import Patience

POLL_SECONDS = 2.0
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d+)([smhd])")
_STYLES = ("cyan", "green", "yellow", "magenta", "blue", "bright_red")


def logs(
    stack: KnownStack,
    services_: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE…]", help="The services; by default all")
    ] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines until Ctrl-C")] = False,
    grep: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Only lines in which this is found; (?i) ignores case")
    ] = None,
    since: Annotated[str, typer.Option(help="From when on: 30s, 10m, 2h, 7d, or 2026-01-31T08:00")] = "10m",
    container: Annotated[str | None, typer.Option(help="One container; by default all, sidecars too")] = None,
    as_json: AsJson = False,
    region: aws.StackRegion = None,
) -> None:
    """Show what the services of a stack write, merged by time; times are UTC.

    Exit codes: 0, also where Ctrl-C ends --follow; 2 refused, or AWS refuses; 130 Ctrl-C.
    """
    said = Console(stderr=True)
    start, pattern = _checked(since, grep)
    try:
        with said.status(f"Synthesizing {stack}"):
            document = synthesized(stack)
        known = services(document)
        chosen = chosen_services(stack, known, services_ or [])
        if not known:
            why = refusal(got="no service", allowed="a stack of services", fix="name another stack")
            raise ProblemsError.one(stack, why)
        for one in chosen:
            chosen_container(one, container)
        client = aws.client("logs", region or document.region, stack=stack)
        patience = Patience(said)
        sources = [_source(client, one, container, patience) for one in chosen]
        show = _Shown(Console(soft_wrap=True), sources, start, pattern, as_json=as_json)
        with aws_errors("CloudWatch Logs"):
            _refuse_missing(stack, sources)
            if not follow:
                show.lines(heapq.merge(*(one.read(start) for one in sources), key=_when))
                if not show.any:
                    say(said, _none(start, pattern))
            while follow:
                show.lines(sorted((line for one in sources for line in one.new(start)), key=_when))
                time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        raise typer.Exit(0 if follow else INTERRUPTED) from None


class _Shown:
    """Lines at the terminal, or as JSON, one a line."""

    def __init__(
        self,
        console: Console,
        sources: list[Source],
        start: int,
        pattern: re.Pattern[str],
        *,
        as_json: bool,
    ) -> None:
        self._console, self._pattern, self._as_json = console, pattern, as_json
        names = [one.service for one in sources]
        self._styles = {name: _STYLES[place % len(_STYLES)] for place, name in enumerate(names)}
        self._width = max(map(len, names))
        self.any = False
        # A time without its date would be ambiguous.
        days = datetime.now(UTC) - datetime.fromtimestamp(start / 1000, UTC) >= timedelta(days=1)
        self._format = "%m-%d %H:%M:%S" if days else "%H:%M:%S"

    def lines(self, lines: Iterable[Line]) -> None:
        """Print those in which the pattern is found."""
        for line in lines:
            if self._pattern.search(line.message):
                self.any = True
                self._line(line)

    def _line(self, line: Line) -> None:
        when = datetime.fromtimestamp(line.milliseconds / 1000, UTC)
        if self._as_json:
            told = {"time": when.isoformat(timespec="milliseconds"), "service": line.service}
            told |= {"container": line.container, "task": line.task, "message": line.message}
            typer.echo(json.dumps(told))
            return
        side = "" if line.container == line.service else f"{line.container}: "
        name = f"{line.service:{self._width}}"
        text = Text.assemble(
            f"{when:{self._format}} ", (name, self._styles[line.service]), f" {side}{line.message}"
        )
        self._console.print(text, highlight=False)


def _none(start: int, pattern: re.Pattern[str]) -> str:
    since = datetime.fromtimestamp(start / 1000, UTC)
    matching = f" with {pattern.pattern!r}" if pattern.pattern else ""
    return f"No lines{matching} since {since:%Y-%m-%d %H:%M:%S} UTC; --since looks further back."


def _when(line: Line) -> int:
    return line.milliseconds


def _source(client: object, service: Service, container: str | None, patience: Patience) -> Source:
    return Source(
        logs=client,
        service=service.service,
        group=service.container.log_group,
        container=container,
        patience=patience,
        wait=lambda: time.sleep(patience.pause(POLL_SECONDS)),
    )


def _refuse_missing(stack: str, sources: list[Source]) -> None:
    problems = [
        Problem(
            where=f"{stack} {one.service}",
            what=refusal(
                got=f"no log group {one.group}", allowed="a deployed service", fix="apply the stack first"
            ),
        )
        for one in sources
        if not one.exists()
    ]
    if problems:
        raise ProblemsError(problems)


def _checked(since: str, grep: str | None) -> tuple[int, re.Pattern[str]]:
    """The time in milliseconds and the pattern. Raises ProblemsError for both at once."""
    problems, start, pattern = [], 0, re.compile("")
    try:
        start = int(_time(since).timestamp() * 1000)
    except (ValueError, OverflowError):
        allowed = "a number and s, m, h or d, or a time such as 2026-01-31T08:00"
        why = refusal(got=repr(since), allowed=allowed, fix="correct it")
        problems.append(Problem(where="--since", what=why))
    try:
        pattern = re.compile(grep or "")
    except re.error as error:
        why = refusal(got=f"{grep!r} ({error})", allowed="a regular expression of Python", fix="correct it")
        problems.append(Problem(where="--grep", what=why))
    if problems:
        raise ProblemsError(problems)
    return start, pattern


def _time(since: str) -> datetime:
    if found := _DURATION.fullmatch(since):
        return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
    parsed = datetime.fromisoformat(since)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
