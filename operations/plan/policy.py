"""Checkov's findings about plans, and which of them are accepted."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from modules.errors import Problem, ProblemsError
from operations.plan.accepted import Accepted
from operations.plan.configured import configured
from operations.plan.policy_exceptions import EXCEPTIONS
from operations.project import ROOT
from operations.terraform import process

# Checkov pins other versions than this project, so it has an environment of its own.
_OWN = ROOT / ".venv-policy/bin/checkov"
_DATA_TAG = "DataClassification"
_FIX = "install it with: make policy"
_OPTIONS = ("--framework", "terraform_plan", "--skip-download", "--compact", "--quiet", "--output", "json")


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """A failed check of one resource of a stack."""

    stack: str
    check: str
    address: str
    title: str
    data: str = ""  # the resource's DataClassification tag


def checkov() -> str | None:
    """The checkov of this project, else the one on PATH, else None."""
    return str(_OWN) if _OWN.is_file() else shutil.which("checkov")


def findings(plans: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Check what plans (stack → Terraform's plan JSON) configure, in one run of checkov.

    Raises ProblemsError if there is no checkov, or if it has not checked every resource.
    """
    program = checkov()
    if program is None:
        raise ProblemsError.one("checkov", f"not found in .venv-policy nor on PATH; {_FIX}")
    with TemporaryDirectory(prefix="policy-") as directory:
        command = [program, *_OPTIONS]
        for stack, document in plans.items():
            file = Path(directory) / f"{stack}.json"
            file.write_text(json.dumps(configured(document)))
            command += ["--file", str(file)]
        # An empty home, so that no .checkov.yaml of a person changes what is checked.
        environment = {**os.environ, "HOME": directory, "LOG_LEVEL": "ERROR", "PYTHONDONTWRITEBYTECODE": "1"}
        finished = process.run(command, directory=Path(directory), environment=environment)
    found = _read(finished, resources=sum(len(_managed(plan)) for plan in plans.values()))
    tags = {stack: _classification(plan) for stack, plan in plans.items()}
    return [replace(one, data=tags[one.stack].get(one.address, "")) for one in found]


def left_over(found: Sequence[Finding], exceptions: Sequence[Accepted] = EXCEPTIONS) -> list[Finding]:
    """The findings that no exception covers."""
    return [one for one in found if not any(_covers(accepted, one) for accepted in exceptions)]


def unused(found: Sequence[Finding], exceptions: Sequence[Accepted] = EXCEPTIONS) -> list[Accepted]:
    """The exceptions that cover no finding. Over all stacks, these can be removed from the list."""
    return [accepted for accepted in exceptions if not any(_covers(accepted, one) for one in found)]


def _covers(accepted: Accepted, one: Finding) -> bool:
    return accepted.covers(stack=one.stack, check=one.check, address=one.address, data=one.data)


def _read(finished: process.Finished, *, resources: int) -> list[Finding]:
    try:
        answer = json.loads(finished.output)
        reports = answer if isinstance(answer, list) else [answer]
        # Without a single failure there is no "results", and the counts stand by themselves.
        summaries = [report.get("summary", report) for report in reports]
        checked = sum(summary["resource_count"] for summary in summaries)
        unreadable = sum(summary["parsing_errors"] for summary in summaries)
    except (ValueError, KeyError, TypeError, AttributeError):
        output = (finished.errors or finished.output).strip() or "ended without a message"
        raise ProblemsError.one("checkov", f"gave no report: {output[-2000:]}") from None
    if unreadable or checked < resources:
        what = f"looked at {checked} of {resources} resources, with {unreadable} files it could not read"
        raise ProblemsError([Problem(where="checkov", what=f"{what}; its report is not used")])
    return sorted({one for report in reports for one in _failed(report)})


def _failed(report: Mapping[str, Any]) -> Iterator[Finding]:
    for one in report.get("results", {}).get("failed_checks", []):
        yield Finding(
            stack=Path(one["file_path"]).stem,
            check=one["check_id"],
            address=one["resource"],
            title=one["check_name"],
        )


def _classification(plan: Mapping[str, Any]) -> dict[str, str]:
    """The DataClassification tag of each resource that has one, by address."""
    tags = {one["address"]: (one.get("values") or {}).get("tags") or {} for one in _managed(plan)}
    return {address: found[_DATA_TAG] for address, found in tags.items() if _DATA_TAG in found}


def _managed(plan: Mapping[str, Any]) -> list[Any]:
    root = plan.get("planned_values", {}).get("root_module", {})
    return [one for one in root.get("resources", []) if one["mode"] == "managed"]
