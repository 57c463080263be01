"""What stands in the subnets of a stack, read from its resources."""

from __future__ import annotations

from collections.abc import Iterator

from operations.picture.aws_services import plural
from operations.picture.data_stores import aurora, caches, databases
from operations.picture.synthesized import Resource, SynthesizedStack
from operations.picture.thing import Kind, Thing, number_of


def things(stack: SynthesizedStack) -> list[Thing]:
    """Everything that stands in a subnet, kind by kind."""
    found = [
        *_load_balancers(stack),
        *_services(stack),
        *_functions(stack),
        *_file_systems(stack),
        *_endpoints(stack),
        *databases(stack),
        *aurora(stack),
        *caches(stack),
    ]
    return sorted(found, key=lambda thing: list(Kind).index(thing.kind))


def _load_balancers(stack: SynthesizedStack) -> Iterator[Thing]:
    for one in stack.of("aws_lb"):
        hosts = sorted(
            str(host).split(".")[0]
            for rule in stack.of("aws_lb_listener_rule")
            for condition in rule.get("condition", [])
            for host in condition.get("host_header", {}).get("values", [])
        )
        ports = " and ".join(sorted(str(listener.get("port")) for listener in stack.of("aws_lb_listener")))
        yield Thing(
            kind=Kind.LOAD_BALANCER,
            icon="load-balancing",
            title=f"Application Load Balancer · {stack.short(one.get('name', ''))}",
            lines=(f"listeners {ports}", f"hosts {', '.join(hosts)}" if hosts else "one target group"),
            resources=(one.address,),
            groups=frozenset(one.references("security_groups")),
            subnets=tuple(one.references("subnets")),
        )


def _services(stack: SynthesizedStack) -> Iterator[Thing]:
    scaling = {
        address: target
        for target in stack.of("aws_appautoscaling_target")
        for address in target.references("resource_id")
    }
    for one in stack.of("aws_ecs_service"):
        task = next((found for at in one.references("task_definition") if (found := stack.at(at))), None)
        target = scaling.get(one.address)
        count = number_of(one.get("desired_count"), "task")
        if target:
            count += f", {target.get('min_capacity')}–{target.get('max_capacity')}"
        yield Thing(
            kind=Kind.SERVICE,
            icon="ecs",
            title=stack.short(one.get("name", "")).removesuffix("-service"),
            lines=(count, _size(task)),
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


def _functions(stack: SynthesizedStack) -> Iterator[Thing]:
    for one in stack.of("aws_lambda_function"):
        if subnets := one.references("vpc_config.subnet_ids"):
            yield Thing(
                kind=Kind.FUNCTION,
                icon="lambda",
                title=stack.short(str(one.get("function_name", one.key))),
                lines=(str(one.get("runtime", "function")),),
                resources=(one.address,),
                groups=frozenset(one.references("vpc_config.security_group_ids")),
                subnets=tuple(subnets),
            )


def _file_systems(stack: SynthesizedStack) -> Iterator[Thing]:
    mounts = stack.of("aws_efs_mount_target")
    for one in stack.of("aws_efs_file_system"):
        own = [mount for mount in mounts if one.address in mount.references("file_system_id")]
        if own:
            yield Thing(
                kind=Kind.FILES,
                icon="efs",
                title=f"EFS · {stack.short(one.tag_name)}",
                lines=(
                    plural(len(own), "mount target"),
                    "encrypted" if one.get("encrypted") else "not encrypted",
                ),
                resources=(one.address, *(mount.address for mount in own)),
                groups=frozenset(group for mount in own for group in mount.references("security_groups")),
                subnets=tuple(subnet for mount in own for subnet in mount.references("subnet_id")),
                port=2049,
            )


def _endpoints(stack: SynthesizedStack) -> Iterator[Thing]:
    by_groups: dict[tuple[str, ...], list[Resource]] = {}
    for one in stack.of("aws_vpc_endpoint"):
        if one.get("vpc_endpoint_type") == "Interface":
            by_groups.setdefault(tuple(one.references("security_group_ids")), []).append(one)
    for groups, endpoints in by_groups.items():
        names = [str(one.get("service_name")).split(f"{stack.region}.")[-1] for one in endpoints]
        yield Thing(
            kind=Kind.ENDPOINT,
            icon="vpc-endpoint",
            title="Interface endpoints",
            lines=tuple(names),
            resources=tuple(one.address for one in endpoints),
            groups=frozenset(groups),
            subnets=tuple(endpoints[0].references("subnet_ids")),
            port=443,
        )
