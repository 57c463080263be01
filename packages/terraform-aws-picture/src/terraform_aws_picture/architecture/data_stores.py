"""Databases and caches in the subnets of a VPC, read from a document's resources."""

from __future__ import annotations

from collections.abc import Iterator

from .components import Component, Kind, listed, number_of, port_of
from .document import Resource, TerraformDocument


def data_stores(document: TerraformDocument) -> list[Component]:
    """Instances of RDS and Aurora, then caches of ElastiCache."""
    return [*_instances(document), *_aurora(document), *_caches(document)]


def _instances(document: TerraformDocument) -> Iterator[Component]:
    for one in document.of("aws_db_instance"):
        source = one.refers_to("replicate_source_db", "aws_db_instance")
        original = (document.at(source) if source else None) or one
        role = "read replica" if source else "primary, Multi-AZ" if one.get("multi_az") else "single instance"
        engine = f"{original.text('engine')} {original.text('engine_version')}".strip()
        yield Component(
            kind=Kind.DATABASE,
            icon="rds",
            title=document.short(one.text("identifier") or one.key),
            lines=_lines(role, listed(engine, one.text("instance_class"))),
            resources=(one.address,),
            groups=frozenset(one.references("vpc_security_group_ids")),
            subnets=_subnets(document, original, "db_subnet_group_name"),
            port=port_of(one.get("port", original.get("port")), 5432),
            follows=source,
        )


def _aurora(document: TerraformDocument) -> Iterator[Component]:
    for one in document.of("aws_rds_cluster"):
        scaling = next(iter(one.blocks("serverlessv2_scaling_configuration")), None)
        acu = f"{scaling.get('min_capacity')}–{scaling.get('max_capacity')} ACU" if scaling else ""
        version = f"version {one.text('engine_version')}" if one.get("engine_version") else ""
        members = [
            member
            for member in document.of("aws_rds_cluster_instance")
            if one.address in member.references("cluster_identifier")
        ]
        for number, member in enumerate(members or [one]):
            role, zone = "reader" if number else "writer", member.text("availability_zone")
            yield Component(
                kind=Kind.DATABASE,
                icon="aurora",
                title=document.short(member.text("identifier") or one.text("cluster_identifier") or one.key),
                lines=_lines(
                    f"{role} in {zone}" if zone and members else role,
                    listed(version, acu or member.text("instance_class")),
                ),
                resources=(member.address, *([one.address] if number == 0 and members else [])),
                groups=frozenset(one.references("vpc_security_group_ids")),
                subnets=_subnets(document, one, "db_subnet_group_name"),
                port=port_of(one.get("port"), 5432),
                follows=members[0].address if number else None,
            )


def _caches(document: TerraformDocument) -> Iterator[Component]:
    for one in document.of("aws_elasticache_replication_group", "aws_elasticache_cluster"):
        nodes = number_of(one.get("num_cache_clusters", one.get("num_cache_nodes", 1)), "node")
        spread = "Multi-AZ" if one.get("multi_az_enabled") in (True, "true") else ""
        engine = f"{one.text('engine')} {one.text('engine_version')}".strip()
        yield Component(
            kind=Kind.CACHE,
            icon="elasticache",
            title=document.short(one.text("replication_group_id") or one.text("cluster_id") or one.key),
            lines=_lines(listed(nodes, spread), listed(engine, one.text("node_type"))),
            resources=(one.address,),
            groups=frozenset(one.references("security_group_ids")),
            subnets=_subnets(document, one, "subnet_group_name"),
            port=port_of(one.get("port"), 6379),
        )


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _subnets(document: TerraformDocument, one: Resource, path: str) -> tuple[str, ...]:
    groups = document.referred([one], path)
    return tuple(subnet for group in groups for subnet in group.references("subnet_ids"))
