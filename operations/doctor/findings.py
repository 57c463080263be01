"""What a check found, and how findings are shown to people and to machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from rich import box
from rich.table import Table
from rich.text import Text


class Verdict(StrEnum):
    """Whether what was found will do."""

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
    """All is well."""
    return Finding(found=found, verdict=Verdict.OK)


def warning(found: str, fix: str) -> Finding:
    """It works, but slower or less safely than it could, or can't be told."""
    return Finding(found=found, verdict=Verdict.WARNING, fix=fix)


def missing(found: str, fix: str) -> Finding:
    """Absent, too old or in the way: it has to be fixed first."""
    return Finding(found=found, verdict=Verdict.MISSING, fix=fix)


@dataclass(frozen=True)
class Check:
    """One thing to look at. What only a deployment to AWS needs is a warning until somebody deploys."""

    name: str
    look: Callable[[], Finding]
    for_deployment: bool = False

    def finding(self, *, deploy: bool) -> Finding:
        """What looking finds; a look that fails is a finding too."""
        try:
            found = self.look()
        except Exception as error:  # noqa: BLE001 - whatever is broken here, the other checks must be heard
            words = str(error).strip().splitlines()
            reason = f"{type(error).__name__}: {words[0] if words else 'no reason given'}"
            found = missing(
                f"could not be checked ({reason})", "fix the other findings first, then ask again"
            )
        demoted = self.for_deployment and not deploy and found.verdict is Verdict.MISSING
        return replace(found, check=self.name, verdict=Verdict.WARNING if demoted else found.verdict)


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing has to be fixed first."""
    return all(finding.verdict is not Verdict.MISSING for finding in findings)


def as_table(findings: Iterable[Finding]) -> Table:
    """The findings for people."""
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
    """The findings in a sentence."""
    count = sum(finding.verdict is Verdict.MISSING for finding in findings)
    return f"{count} to fix first." if count else "Nothing has to be fixed first."


def as_json(findings: Iterable[Finding]) -> str:
    """The findings for machines: `{"healthy": …, "checks": [{"check", "found", "verdict", "fix"}]}`."""
    listed = list(findings)
    document = {"healthy": is_healthy(listed), "checks": [asdict(finding) for finding in listed]}
    return json.dumps(document, indent=2)
