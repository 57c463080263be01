"""The restore tests of a synthesized stack: its databases, and what proves a restore of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modules.resilience.restore_test.settings import RestoreCheck, SqlCheck
from operations.synthesized.stack import SynthesizedStack

_FOLDER = "restore-tests"  # modules/resilience/restore_test/records.py


@dataclass(frozen=True, kw_only=True)
class RestoreTest:
    """A database of RDS or Aurora, the parameter with the record of its restores, and the check."""

    name: str
    identifier: str
    is_cluster: bool
    parameter: str
    check: RestoreCheck | SqlCheck | None


def restore_tests(stack: SynthesizedStack) -> Mapping[str, RestoreTest]:
    """The restore tests of a stack, by the name of the database in its settings."""
    clusters = {stack.value(one["cluster_identifier"]) for one in stack.resources("aws_rds_cluster").values()}
    found = {}
    for body in stack.resources("aws_ssm_parameter").values():
        parameter = stack.value(str(body.get("name", "")))
        folder, _, name = parameter.rpartition("/")
        if not folder.endswith(f"/{_FOLDER}"):
            continue
        how = json.loads(body["insecure_value"])
        identifier = stack.value(how["database"])
        found[name] = RestoreTest(
            name=name,
            identifier=identifier,
            is_cluster=identifier in clusters,
            parameter=parameter,
            check=_check(how["check"]),
        )
    return found


def _check(given: Mapping[str, Any] | None) -> RestoreCheck | SqlCheck | None:
    if given is None:
        return None
    if "command" not in given:
        return SqlCheck(**given)
    return RestoreCheck(**{**given, "command": tuple(given["command"])})
