"""The services of a stack as its page shows them, and who reaches whom. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modules.terraform_json import blocks
from operations.synthesized import SynthesizedStack, services
from operations.synthesized.services import Service
from operations.synthesized.stack_json import Json

_EVERYBODY = ("0.0.0.0/0", "::/0")


@dataclass(frozen=True, kw_only=True)
class ServiceRow:
    """A service: CPU units, memory in MiB, tasks, and what its program's image is."""

    name: str
    cpu: int
    memory: int
    processors: str
    tasks: int
    scaling: str
    image: str
    addresses: tuple[str, ...]
    address: str  # of Terraform


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Who may connect to what, on which port, and what for; `addresses` of the rules."""

    target: str
    sources: tuple[str, ...]
    port: str
    purpose: str
    addresses: tuple[str, ...]


def service_rows(stack: SynthesizedStack) -> list[ServiceRow]:
    """The services, in order of their names."""
    ranges = _ranges(stack)
    names = {id(body): name for name, body in stack.resources("aws_ecs_service").items()}
    return [
        _row(one, f"aws_ecs_service.{names[id(one.definition)]}", ranges) for one in services(stack).values()
    ]


def connections(stack: SynthesizedStack) -> list[Connection]:
    """What the rules of security groups allow in: those that may the same together."""
    groups = {name: _group(stack, name) for name in stack.resources("aws_security_group")}
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for name, body in stack.resources("aws_vpc_security_group_ingress_rule").items():
        target = groups.get(_named(body["security_group_id"]), str(body["security_group_id"]))
        allowed = (target, _port(body), str(body.get("description", "")))
        address = f"aws_vpc_security_group_ingress_rule.{name}"
        found.setdefault(allowed, []).append((_source(body, groups), address))
    return [
        Connection(
            target=target,
            sources=tuple(sorted(source for source, _ in rules)),
            port=port,
            purpose=purpose,
            addresses=tuple(address for _, address in rules),
        )
        for (target, port, purpose), rules in sorted(found.items())
    ]


def _row(service: Service, address: str, ranges: dict[str, str]) -> ServiceRow:
    task, own = service.task_definition, service.container
    platform = blocks(task.get("runtime_platform"))
    return ServiceRow(
        name=service.service,
        cpu=int(task["cpu"]),
        memory=int(task["memory"]),
        processors=platform[0].get("cpu_architecture", "X86_64") if platform else "X86_64",
        tasks=service.desired_count,
        scaling=ranges.get(address.partition(".")[2], ""),
        image=f"chosen by deployments: {own.image_parameter}" if own.image_parameter else own.image,
        addresses=service.addresses,
        address=address,
    )


def _ranges(stack: SynthesizedStack) -> dict[str, str]:
    """The range of tasks that scaling allows, by the name of the service's resource."""
    return {
        name: f"{body['min_capacity']} to {body['max_capacity']}"
        for body in stack.resources("aws_appautoscaling_target").values()
        for name in stack.resources("aws_ecs_service")
        if f"aws_ecs_service.{name}." in str(body["resource_id"])
    }


def _group(stack: SynthesizedStack, name: str) -> str:
    tags = stack.resources("aws_security_group")[name].get("tags", {})
    return str(tags.get("Name", name)).removeprefix(f"{stack.name}-")


def _source(body: Json, groups: dict[str, str]) -> str:
    if group := body.get("referenced_security_group_id"):
        return groups.get(_named(group), str(group))
    address = str(body.get("cidr_ipv4") or body.get("cidr_ipv6") or body.get("prefix_list_id"))
    return "everybody" if address in _EVERYBODY else address


def _named(reference: str) -> str:
    """The name of the resource in a reference to its id."""
    return reference.removeprefix("${aws_security_group.").partition(".")[0]


def _port(body: Json) -> str:
    return "/".join(_parts(body))


def _parts(body: Json) -> Iterator[str]:
    first, last = body.get("from_port"), body.get("to_port")
    protocol = str(body.get("ip_protocol", ""))
    if first is None or protocol == "-1":
        yield "all"
        return
    yield str(first) if first == last else f"{first} to {last}"
    yield protocol
