"""The migrations of a synthesized stack: what its pipeline runs before it deploys, and services' own."""

from __future__ import annotations

import json
from dataclasses import dataclass

from modules.terraform_json import blocks
from operations.synthesized.services import Service, services
from operations.synthesized.stack import SynthesizedStack
from operations.synthesized.stack_json import Json

# The variables of the pipeline's project that migrates (modules/delivery/pipeline/projects.py).
_VARIABLES = {"COMMAND", "CONTAINER", "FAMILY", "SECONDS_ALLOWED", "SERVICE", "VARIABLES"}


@dataclass(frozen=True, kw_only=True)
class Migration:
    """The command that migrates, and the service whose task it is a copy of."""

    service: Service
    container: str
    command: tuple[str, ...]
    family: str  # of the copies, which are no revisions of the service
    variables: tuple[tuple[str, str], ...]
    seconds: int  # after which it is stopped


def migrations(stack: SynthesizedStack) -> dict[str, Migration]:
    """The migrations of a stack, by the short name of their service; a pipeline's before a service's own."""
    known = services(stack)
    by_name = {one.name: one for one in known.values()}
    found = {name: _own(stack, known[name], own) for name, own in _named(stack).items()}
    for project in stack.resources("aws_codebuild_project").values():
        variables = _variables(stack, project)
        if variables.keys() >= _VARIABLES:
            service = by_name[variables["SERVICE"]]
            found[service.service] = Migration(
                service=service,
                container=variables["CONTAINER"],
                command=tuple(json.loads(variables["COMMAND"])),
                family=variables["FAMILY"],
                variables=tuple((one["name"], one["value"]) for one in json.loads(variables["VARIABLES"])),
                seconds=int(variables["SECONDS_ALLOWED"]),
            )
    return found


def _named(stack: SynthesizedStack) -> Json:
    """What services say themselves (modules/compute/service/migration.py)."""
    named: Json = stack.document.get("locals", {}).get("migrations", {})
    return named


def _own(stack: SynthesizedStack, service: Service, own: Json) -> Migration:
    return Migration(
        service=service,
        container=service.container.name,
        command=tuple(own["command"]),
        family=f"{stack.name}-{service.service}-migration",
        variables=tuple(own["environment"].items()),
        seconds=int(own["seconds"]),
    )


def _variables(stack: SynthesizedStack, project: Json) -> dict[str, str]:
    environment = blocks(project.get("environment")) or [{}]
    found = blocks(environment[0].get("environment_variable"))
    return {one["name"]: stack.value(one["value"]) for one in found}
