"""The findings of checks, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from rich import box
from rich.table import Table
from rich.text import Text


class Verdict(StrEnum):
    """Whether what was found is enough."""

    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"


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
            reason = f"{type(error).__name__}: {lines[0] if lines else 'no reason given'}"
            found = missing(
                f"could not be checked ({reason})", "fix the other findings first, then run this again"
            )
        demoted = self.for_deployment and not deploy and found.verdict is Verdict.MISSING
        return replace(found, check=self.name, verdict=Verdict.WARNING if demoted else found.verdict)


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing has to be fixed first."""
    return all(finding.verdict is not Verdict.MISSING for finding in findings)


def to_table(findings: Iterable[Finding]) -> Table:
    """The findings as a table, for people."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("check", no_wrap=True)
    table.add_column("found", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    table.add_column("how to fix", overflow="fold")
    for finding in findings:
        verdict = Text(finding.verdict, style=_COLOURS[finding.verdict])
        table.add_row(finding.check, Text(finding.found), verdict, Text(finding.fix))
    return table


def summary(findings: Iterable[Finding]) -> str:
    """The number of findings to fix, in a sentence."""
    count = sum(finding.verdict is Verdict.MISSING for finding in findings)
    return f"{count} to fix first." if count else "Nothing has to be fixed first."


def to_json(findings: Iterable[Finding]) -> str:
    """The findings as JSON: `{"healthy": …, "checks": [{"check", "found", "verdict", "fix"}]}`."""
    listed = list(findings)
    document = {"healthy": is_healthy(listed), "checks": [asdict(finding) for finding in listed]}
    return json.dumps(document, indent=2)
