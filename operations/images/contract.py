"""Whether an image fits what a stack's services would run it as (docs/image-contract.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from modules.compute.service.container_settings import ContainerSettings, HealthCheck
from modules.compute.service.image_contract import image_problems
from modules.compute.service.settings import ServiceSettings
from modules.errors import Problem
from modules.terraform_json import blocks
from operations.synthesized import Service


def contract_problems(configuration: Mapping[str, Any], service: Service) -> Iterator[Problem]:
    """What contradicts the service's own container; `configuration` is the image's OCI configuration."""
    definition = service.container.definition
    volumes = tuple(one["containerPath"] for one in definition.get("mountPoints", ()))
    yield from image_problems(configuration, _settings(service), volumes=volumes)


def _settings(service: Service) -> ServiceSettings:
    """What the JSON says, as the settings that it was made of."""
    task, definition = service.task_definition, service.container.definition
    (platform,) = blocks(task["runtime_platform"])
    return ServiceSettings(
        name=service.service,
        cpu=int(task["cpu"]),
        memory=int(task["memory"]),
        architecture=platform["cpu_architecture"],
        container=_container(definition),
    )


def _container(definition: Mapping[str, Any]) -> ContainerSettings:
    check = definition.get("healthCheck")
    tmpfs = definition.get("linuxParameters", {}).get("tmpfs", ())
    ports = [one["containerPort"] for one in definition.get("portMappings", ())]
    return ContainerSettings(
        ports={str(port): port for port in ports},
        entry_point=tuple(definition.get("entryPoint", ())),
        command=tuple(definition.get("command", ())),
        user=definition.get("user"),
        environment={one["name"]: one["value"] for one in definition.get("environment", ())},
        health_check=HealthCheck(command=tuple(check["command"])) if check else None,
        read_only_root=definition.get("readonlyRootFilesystem", False),
        writable_paths=tuple(one["containerPath"] for one in tmpfs),
    )
