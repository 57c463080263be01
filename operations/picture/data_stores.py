"""Databases and caches, read from a stack's resources."""

from __future__ import annotations

from collections.abc import Iterator

from operations.picture.synthesized import SynthesizedStack
from operations.picture.thing import Kind, Thing, number_of


def databases(stack: SynthesizedStack) -> Iterator[Thing]:
    """Instances of RDS: each primary, and its replicas."""
    for one in stack.of("aws_db_instance"):
        source = next(iter(one.references("replicate_source_db")), None)
        original = (stack.at(source) if source else None) or one
        subnets = _subnets(stack, original.references("db_subnet_group_name"))
        engine = f"{original.get('engine', '')} {original.get('engine_version', '')}".strip()
        role = "read replica" if source else "primary, Multi-AZ" if one.get("multi_az") else "single instance"
        yield Thing(
            kind=Kind.DATABASE,
            icon="rds",
            title=stack.short(str(one.get("identifier", one.key))),
            lines=(role, f"{engine}, {one.get('instance_class', '')}"),
            resources=(one.address,),
            groups=frozenset(one.references("vpc_security_group_ids")),
            subnets=subnets,
            port=int(one.get("port", original.get("port", 5432))),
            follows=source,
        )


def aurora(stack: SynthesizedStack) -> Iterator[Thing]:
    """Instances of Aurora's clusters, the writer first."""
    for one in stack.of("aws_rds_cluster"):
        subnets = _subnets(stack, one.references("db_subnet_group_name"))
        capacity = one.get("serverlessv2_scaling_configuration", {})
        capacity = capacity[0] if isinstance(capacity, list) else capacity
        acu = f"{capacity.get('min_capacity')}–{capacity.get('max_capacity')} ACU" if capacity else ""
        members = [
            m
            for m in stack.of("aws_rds_cluster_instance")
            if one.address in m.references("cluster_identifier")
        ]
        for number, member in enumerate(members or [one]):
            zone = str(member.get("availability_zone", ""))
            role = "reader" if number else "writer"
            yield Thing(
                kind=Kind.DATABASE,
                icon="aurora",
                title=stack.short(str(member.get("identifier", one.get("cluster_identifier", one.key)))),
                lines=(
                    f"{role} in {zone}" if zone else role,
                    f"version {one.get('engine_version', '')}, {acu or member.get('instance_class')}",
                ),
                resources=(member.address, *([one.address] if number == 0 and members else [])),
                groups=frozenset(one.references("vpc_security_group_ids")),
                subnets=subnets,
                port=int(one.get("port", 5432)),
                follows=members[0].address if number else None,
            )


def caches(stack: SynthesizedStack) -> Iterator[Thing]:
    """Replication groups and single nodes of ElastiCache."""
    for one in stack.of("aws_elasticache_replication_group", "aws_elasticache_cluster"):
        subnets = _subnets(stack, one.references("subnet_group_name"))
        name = one.get("replication_group_id", one.get("cluster_id", one.key))
        nodes = number_of(one.get("num_cache_clusters", one.get("num_cache_nodes", 1)), "node")
        spread = ", Multi-AZ" if one.get("multi_az_enabled") in (True, "true") else ""
        yield Thing(
            kind=Kind.CACHE,
            icon="elasticache",
            title=stack.short(str(name)),
            lines=(
                f"{nodes}{spread}",
                f"{one.get('engine', '')} {one.get('engine_version', '')}, {one.get('node_type', '')}",
            ),
            resources=(one.address,),
            groups=frozenset(one.references("security_group_ids")),
            subnets=subnets,
            port=int(one.get("port", 6379)),
        )


def _subnets(stack: SynthesizedStack, groups: list[str]) -> tuple[str, ...]:
    found = [group for address in groups if (group := stack.at(address))]
    return tuple(subnet for group in found for subnet in group.references("subnet_ids"))
