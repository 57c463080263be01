"""The findings of checks, as lines for people and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from rich.console import Console
from rich.text import Text

from modules.errors import ProblemsError


class Verdict(StrEnum):
    """Whether what was found is enough."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


# Columns that what was found has, also where a terminal is too narrow for it.
_NARROWEST = 20
_COLOURS = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.MISSING: "red"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found, and how to fix it."""

    check: str = ""
    found: str
    verdict: Verdict
    fix: str = ""


def ok(found: str) -> Finding:
    """A finding that needs no fix."""
    return Finding(found=found, verdict=Verdict.OK)


def warning(found: str, fix: str) -> Finding:
    """A finding that slows something down or makes it less safe, or that only a deployment needs."""
    return Finding(found=found, verdict=Verdict.WARNING, fix=fix)


def missing(found: str, fix: str) -> Finding:
    """A finding that has to be fixed first: absent, too old, or in the way."""
    return Finding(found=found, verdict=Verdict.MISSING, fix=fix)


@dataclass(frozen=True)
class Check:
    """One check. What only a deployment to AWS needs is a warning unless `deploy` is asked for."""

    name: str
    examine: Callable[[], Finding]
    for_deployment: bool = False

    def finding(self, *, deploy: bool) -> Finding:
        """Run the check; one that fails with an exception is a finding too."""
        try:
            found = self.examine()
        except Exception as error:  # noqa: BLE001 - whatever is broken, the other checks are shown
            lines = str(error).strip().splitlines()
            reason = lines[0] if lines else "no reason given"
            if not isinstance(error, ProblemsError):
                reason = f"{type(error).__name__}: {reason}"
            found = missing(
                f"could not be checked ({reason})", "fix the other findings first, then run this again"
            )
        demoted = self.for_deployment and not deploy and found.verdict is Verdict.MISSING
        return replace(found, check=self.name, verdict=Verdict.WARNING if demoted else found.verdict)


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing has to be fixed first."""
    return all(finding.verdict is not Verdict.MISSING for finding in findings)


def to_lines(findings: Iterable[Finding], *, width: int) -> Iterator[Text]:
    """The findings for people: verdict, check and what was found; below it how to fix it.

    What was found is wrapped between words at `width` columns. A fix stays one line however long it is, so
    that a command in it can be copied.
    """
    listed = list(findings)
    verdicts = max(len(verdict) for verdict in Verdict)
    checks = max((len(finding.check) for finding in listed), default=0)
    # Two columns before each part.
    indent = verdicts + checks + 6
    for finding in listed:
        found = textwrap.wrap(
            finding.found,
            max(width - indent, _NARROWEST),
            break_long_words=False,
            break_on_hyphens=False,
        )
        first, *others = found or [""]
        yield Text.assemble(
            "  ",
            (finding.verdict.ljust(verdicts), _COLOURS[finding.verdict]),
            f"  {finding.check.ljust(checks)}  {first}",
        )
        yield from (Text(" " * indent + other) for other in others)
        if finding.fix:
            yield Text.assemble(" " * (verdicts + 4), ("fix: ", "bold"), finding.fix)


def show(console: Console, findings: Iterable[Finding]) -> None:
    """Print the findings for people, as wide as the console is."""
    for line in to_lines(findings, width=console.width):
        console.print(line, soft_wrap=True)


def summary(findings: Iterable[Finding]) -> str:
    """The number of findings to fix, in a sentence."""
    count = sum(finding.verdict is Verdict.MISSING for finding in findings)
    return f"{count} to fix first." if count else "Nothing has to be fixed first."


def to_json(findings: Iterable[Finding]) -> str:
    """The findings as JSON: `{"healthy": …, "checks": [{"check", "found", "verdict", "fix"}]}`."""
    listed = list(findings)
    document = {"healthy": is_healthy(listed), "checks": [asdict(finding) for finding in listed]}
    return json.dumps(document, indent=2)
