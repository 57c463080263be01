"""Whether an image fits the container that is to run it: its OCI configuration against the settings. Pure.

The configuration is what registries and `docker inspect` return for an image, in the terms of the OCI Image
Specification ("Image Configuration"): `architecture`, `os`, and under `config` `User`, `ExposedPorts`, `Env`,
`Entrypoint`, `Cmd`, `WorkingDir`, `Volumes`, and Docker's `Healthcheck`. What an image must do besides cannot
be read from it; docs/image-contract.md says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import Problem, refusal
from .container_settings import ContainerSettings
from .settings import ServiceSettings

# ECS: RuntimePlatform, CpuArchitecture; OCI: the values of GOARCH.
_ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
_ROOT = {"", "0", "root"}


def image_problems(
    image: Mapping[str, Any], service: ServiceSettings, *, volumes: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """Contradictions between an image and the service's main container.

    `image`: the OCI configuration. `volumes`: paths of file systems that the service mounts.
    """
    container = service.container
    config: Mapping[str, Any] = image.get("config") or {}
    writable = (*container.writable_paths, *volumes)
    found = (
        *_platform_problems(image, service),
        *_start_problems(config, container),
        *_user_problems(config, container),
        *_port_problems(config, container),
        *_path_problems(config, container, writable),
    )
    for each in found:
        yield Problem(where=f"{service.name}.image.{each.where}", what=each.what)


def _platform_problems(image: Mapping[str, Any], service: ServiceSettings) -> Iterator[Problem]:
    wanted = {"os": "linux", "architecture": _ARCHITECTURES[service.architecture]}
    for where, allowed in wanted.items():
        if (got := image.get(where)) != allowed:
            why = refusal(got=repr(got), allowed=allowed, fix="build it for the platform of the service")
            yield Problem(where=where, what=why)


def _start_problems(config: Mapping[str, Any], container: ContainerSettings) -> Iterator[Problem]:
    started = container.entry_point or container.command or config.get("Entrypoint") or config.get("Cmd")
    if not started:
        allowed = "an ENTRYPOINT or a CMD"
        why = refusal(got="neither", allowed=allowed, fix="add one, or command= to the container")
        yield Problem(where="Cmd", what=why)
    if config.get("Healthcheck") and container.health_check is None:
        why = refusal(
            got="a HEALTHCHECK, which ECS ignores",
            allowed="health_check= of the container",
            fix="move the command there",
        )
        yield Problem(where="Healthcheck", what=why)


def _user_problems(config: Mapping[str, Any], container: ContainerSettings) -> Iterator[Problem]:
    user = container.user if container.user is not None else str(config.get("User") or "")
    if user.split(":")[0] in _ROOT:
        allowed = "another user than root"
        why = refusal(
            got=repr(user), allowed=allowed, fix="USER in the Dockerfile, or user= of the container"
        )
        yield Problem(where="User", what=why)


def _port_problems(config: Mapping[str, Any], container: ContainerSettings) -> Iterator[Problem]:
    exposed = {port.split("/")[0] for port in config.get("ExposedPorts") or {}}
    missing = [str(number) for number in container.ports.values() if str(number) not in exposed]
    # An image that exposes nothing says nothing about its ports.
    if exposed and missing:
        why = refusal(
            got=f"EXPOSE {', '.join(sorted(exposed))}",
            allowed=f"the ports of the service: {', '.join(missing)}",
            fix="listen on them, or correct the table of services",
        )
        yield Problem(where="ExposedPorts", what=why)


def _path_problems(
    config: Mapping[str, Any], container: ContainerSettings, writable: tuple[str, ...]
) -> Iterator[Problem]:
    if not container.read_only_root:
        return
    allowed = f"paths below {', '.join(writable)}" if writable else "none"
    fix = "name it in writable_paths; the rest of the file system is read-only"
    for path in config.get("Volumes") or {}:
        if not _below(path, writable):
            yield Problem(where="Volumes", what=refusal(got=path, allowed=allowed, fix=fix))
    variables = dict(one.partition("=")[::2] for one in config.get("Env") or ())
    variables |= container.environment
    if (directory := variables.get("TMPDIR")) and not _below(directory, writable):
        yield Problem(where="Env.TMPDIR", what=refusal(got=directory, allowed=allowed, fix=fix))


def _below(path: str, writable: tuple[str, ...]) -> bool:
    return any(f"{path.rstrip('/')}/".startswith(f"{one.rstrip('/')}/") for one in writable)
