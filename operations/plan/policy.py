"""Checkov over plans, against the one reviewed list of exceptions."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from modules.errors import Problem, ProblemsError
from operations.plan.policy_exceptions import EXCEPTIONS, Accepted
from operations.terraform import process

PROJECT = Path(__file__).parents[2]
# Checkov pins other versions of what this project pins, so it lives in an environment of its own.
_OWN = PROJECT / ".venv-policy/bin/checkov"
_FIX = "install it with: make policy"
_OPTIONS = ("--framework", "terraform_plan", "--skip-download", "--compact", "--quiet", "--output", "json")


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """What a check has against one resource of a stack."""

    stack: str
    check: str
    address: str
    title: str


def checkov() -> str | None:
    """The checkov of this project, else the one on PATH, else nothing."""
    return str(_OWN) if _OWN.is_file() else shutil.which("checkov")


def findings(plans: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """All that checkov has against plans (stack → Terraform's plan JSON), in one run.

    Raises ProblemsError when there is no checkov, and when it has not looked at every resource.
    """
    program = checkov()
    if program is None:
        raise ProblemsError.one("checkov", f"not found in .venv-policy nor on PATH; {_FIX}")
    with TemporaryDirectory(prefix="policy-") as directory:
        words = [program, *_OPTIONS]
        for stack, document in plans.items():
            file = Path(directory) / f"{stack}.json"
            file.write_text(json.dumps(document))
            words += ["--file", str(file)]
        # Its settings come from here alone: no .checkov.yaml of the project or the home, nobody called.
        environment = {**os.environ, "HOME": directory, "LOG_LEVEL": "ERROR", "PYTHONDONTWRITEBYTECODE": "1"}
        finished = process.run(words, directory=Path(directory), environment=environment)
    return _read(finished, resources=sum(len(_managed(plan)) for plan in plans.values()))


def left_over(found: Sequence[Finding], exceptions: Sequence[Accepted] = EXCEPTIONS) -> list[Finding]:
    """The findings that no exception covers."""
    return [one for one in found if not any(_covers(accepted, one) for accepted in exceptions)]


def unused(found: Sequence[Finding], exceptions: Sequence[Accepted] = EXCEPTIONS) -> list[Accepted]:
    """The exceptions that cover nothing. Only meaningful over all stacks: take these from the list."""
    return [accepted for accepted in exceptions if not any(_covers(accepted, one) for one in found)]


def _covers(accepted: Accepted, one: Finding) -> bool:
    return accepted.covers(stack=one.stack, check=one.check, address=one.address)


def _read(finished: process.Finished, *, resources: int) -> list[Finding]:
    try:
        answer = json.loads(finished.output)
        reports = answer if isinstance(answer, list) else [answer]
        # Without a single failure there is no "results", and the counts stand by themselves.
        summaries = [report.get("summary", report) for report in reports]
        looked = sum(summary["resource_count"] for summary in summaries)
        broken = sum(summary["parsing_errors"] for summary in summaries)
    except (ValueError, KeyError, TypeError, AttributeError):
        words = (finished.errors or finished.output).strip() or "ended without a word"
        raise ProblemsError.one("checkov", f"gave no report: {words[-2000:]}") from None
    if broken or looked < resources:
        what = f"looked at {looked} of {resources} resources, with {broken} files it could not read"
        raise ProblemsError([Problem(where="checkov", what=f"{what}; its verdict counts for nothing")])
    return sorted({one for report in reports for one in _failed(report)})


def _failed(report: Mapping[str, Any]) -> Iterator[Finding]:
    for one in report.get("results", {}).get("failed_checks", []):
        yield Finding(
            stack=Path(one["file_path"]).stem,
            check=one["check_id"],
            address=one["resource"],
            title=one["check_name"],
        )


def _managed(plan: Mapping[str, Any]) -> list[Any]:
    root = plan.get("planned_values", {}).get("root_module", {})
    return [one for one in root.get("resources", []) if one["mode"] == "managed"]
