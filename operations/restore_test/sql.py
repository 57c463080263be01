"""A look by SQL at a restored database: the program, and the task that runs it in a service's place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from modules.functions import postgresql_protocol, restored_database
from modules.functions.source import source_of
from modules.resilience.restore_test.settings import SqlCheck
from operations.tasks.definition import Copy, copied

Json = Mapping[str, Any]
# Of the service's program: the other one has neither its health check nor its folder.
_OF_THE_PROGRAM = ("dependsOn", "healthCheck", "workingDirectory")


def program() -> list[str]:
    """The command that looks, whole: an image of Python has nothing of this project."""
    return ["python", "-c", source_of(restored_database, postgresql_protocol)]


def copy(definition: Json, check: SqlCheck, *, family: str, container: str, host: str, port: int) -> Copy:
    """A copy of a service's task definition with that program, and without its other containers."""
    made = copied(
        definition,
        family=family,
        container=container,
        command=program(),
        image=check.image,
        variables={"DATABASE_HOST": host, "DATABASE_PORT": str(port), "TABLES": str(check.tables)},
    )
    (own,) = (one for one in made.definition["containerDefinitions"] if one["name"] == container)
    kept = {name: value for name, value in own.items() if name not in _OF_THE_PROGRAM}
    return replace(made, definition={**made.definition, "containerDefinitions": [kept]})


def found(lines: Iterable[str]) -> Json | None:
    """What the program said that it found; None if it said nothing of the kind."""
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and "tables" in told:
            return told
    return None
