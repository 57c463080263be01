"""What stands in the subnets of a VPC, read from a document's resources: databases and caches apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .aws_services import plural
from .document import Resource, TerraformDocument


class Kind(StrEnum):
    """Kinds of components, in the order in which they stand below each other; the values are their names."""

    LOAD_BALANCER = "load balancer"
    SERVICE = "service"
    FUNCTION = "function"
    FILES = "file system"
    ENDPOINT = "endpoints"
    DATABASE = "database"
    CACHE = "cache"
    OUTSIDE = "outside"


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component in subnets: what it is called, what is worth saying of it, and its security groups."""

    kind: Kind
    icon: str
    title: str
    lines: tuple[str, ...]
    resources: tuple[str, ...]
    groups: frozenset[str]
    subnets: tuple[str, ...]
    # The one port it listens on; a service listens wherever a rule lets something reach it.
    port: int | None = None
    # The address of what it replicates, or of the cluster it is a member of.
    follows: str | None = None

    @property
    def address(self) -> str:
        """The address of its main resource."""
        return self.resources[0]


def number_of(value: object, noun: str) -> str:
    """`2 tasks`, or only `tasks` where the number is known after apply alone."""
    return plural(value, noun) if isinstance(value, int) else f"{noun}s"


def port_of(value: object, default: int) -> int:
    """A port, or the one that is usual where it is known after apply alone."""
    try:
        return int(str(value))
    except ValueError:
        return default


def listed(*parts: str) -> str:
    """What is known, with commas."""
    return ", ".join(part for part in parts if part)


def service_of(endpoint: Resource) -> str:
    """The service that an endpoint leads to: `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`."""
    name = re.sub(r"\$\{[^}]*\}", "region", endpoint.text("service_name"))
    return re.sub(r"^.*?amazonaws\.[^.]+\.", "", name) or endpoint.key


def components(document: TerraformDocument) -> list[Component]:
    """Load balancers, services, functions, file systems and interface endpoints."""
    return [
        *_load_balancers(document),
        *_services(document),
        *_functions(document),
        *_file_systems(document),
        *_endpoints(document),
    ]


def _load_balancers(document: TerraformDocument) -> Iterator[Component]:
    for one in document.of("aws_lb", "aws_alb"):
        listeners = [
            listener
            for listener in document.of("aws_lb_listener", "aws_alb_listener")
            if one.address in listener.references("load_balancer_arn")
        ]
        own = {listener.address for listener in listeners}
        hosts = sorted(
            str(host).split(".")[0]
            for rule in document.of("aws_lb_listener_rule", "aws_alb_listener_rule")
            if own & set(rule.references("listener_arn"))
            for condition in rule.blocks("condition")
            for host in Resource("", "", condition).texts("host_header.values")
            # A name that AWS gives is for health checks, not for people.
            if "${" not in host
        )
        ports = sorted(listener.text("port") for listener in listeners)
        kind = one.text("load_balancer_type").capitalize() or "Application"
        yield Component(
            kind=Kind.LOAD_BALANCER,
            icon="load-balancing",
            title=f"{kind} Load Balancer · {document.short(one.text('name') or one.key)}",
            lines=(
                f"listeners {' and '.join(ports)}" if ports else "no listener",
                f"hosts {', '.join(hosts)}" if hosts else "one target group",
            ),
            resources=(one.address,),
            groups=frozenset(one.references("security_groups")),
            subnets=tuple(one.references("subnets") or one.references("subnet_mapping")),
        )


def _services(document: TerraformDocument) -> Iterator[Component]:
    scaling = {
        address: target
        for target in document.of("aws_appautoscaling_target")
        for address in target.references("resource_id")
    }
    for one in document.of("aws_ecs_service"):
        task = next(iter(document.referred([one], "task_definition")), None)
        target = scaling.get(one.address)
        count = number_of(one.get("desired_count"), "task")
        if target:
            count += f", {target.get('min_capacity')}–{target.get('max_capacity')}"
        yield Component(
            kind=Kind.SERVICE,
            icon="ecs",
            title=document.short(one.text("name") or one.key).removesuffix("-service"),
            lines=tuple(line for line in (count, _size(task)) if line),
            resources=(one.address, *([task.address] if task else []), *([target.address] if target else [])),
            groups=frozenset(one.references("network_configuration.security_groups")),
            subnets=tuple(one.references("network_configuration.subnets")),
        )


def _size(task: Resource | None) -> str:
    """A task's size as AWS writes it: vCPU and GB."""
    try:
        return f"{int(task.get('cpu')) / 1024:g} vCPU, {int(task.get('memory')) / 1024:g} GB" if task else ""
    except (TypeError, ValueError):
        return ""


def _functions(document: TerraformDocument) -> Iterator[Component]:
    for one in document.of("aws_lambda_function"):
        if subnets := one.references("vpc_config.subnet_ids"):
            yield Component(
                kind=Kind.FUNCTION,
                icon="lambda",
                title=document.short(one.text("function_name") or one.key),
                lines=(one.text("runtime") or "function",),
                resources=(one.address,),
                groups=frozenset(one.references("vpc_config.security_group_ids")),
                subnets=tuple(subnets),
            )


def _file_systems(document: TerraformDocument) -> Iterator[Component]:
    mounts = document.of("aws_efs_mount_target")
    for one in document.of("aws_efs_file_system"):
        own = [mount for mount in mounts if one.address in mount.references("file_system_id")]
        if own:
            yield Component(
                kind=Kind.FILES,
                icon="efs",
                title=f"EFS · {document.short(one.tag_name or one.key)}",
                lines=(
                    plural(len(own), "mount target"),
                    "encrypted" if one.get("encrypted") else "not encrypted",
                ),
                resources=(one.address, *(other.address for other in _referring(document, one))),
                groups=frozenset(group for mount in own for group in mount.references("security_groups")),
                subnets=tuple(subnet for mount in own for subnet in mount.references("subnet_id")),
                port=2049,
            )


def _referring(document: TerraformDocument, files: Resource) -> Iterator[Resource]:
    """Mount targets, access points, policies: all that belongs to a file system."""
    for other in document.all():
        if other.type.startswith("aws_efs_") and files.address in other.references("file_system_id"):
            yield other


def _endpoints(document: TerraformDocument) -> Iterator[Component]:
    by_groups: dict[tuple[str, ...], list[Resource]] = {}
    for one in document.of("aws_vpc_endpoint"):
        if one.get("vpc_endpoint_type") == "Interface":
            by_groups.setdefault(tuple(one.references("security_group_ids")), []).append(one)
    for groups, endpoints in by_groups.items():
        yield Component(
            kind=Kind.ENDPOINT,
            icon="vpc-endpoint",
            title="Interface endpoints",
            lines=tuple(service_of(one) for one in endpoints),
            resources=tuple(one.address for one in endpoints),
            groups=frozenset(groups),
            subnets=tuple(endpoints[0].references("subnet_ids")),
            port=443,
        )
