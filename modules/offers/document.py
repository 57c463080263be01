"""What a synthesized stack asks for that its region does not offer, all at once. Pure.

It reads Terraform's JSON, so it also covers resources that no module made. A value that only an apply knows
(an expression) is left to AWS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..compute.service.fargate_sizes import size_problems
from ..errors import Problem
from ..terraform_json import blocks
from .checks import (
    class_problems,
    partition_problems,
    region_problems,
    resource_problems,
    runtime_problems,
    support_problems,
    zone_problems,
)
from .table import Offers, offers

Json = Mapping[str, Any]
_Check = Callable[[Json, str, Offers], Iterator[Problem]]
_REFERENCE = re.compile(r"\$\{(\w+)\.([\w-]+)\.(\w+)\}")
_EXTENDED = "open-source-rds-extended-support"


def document_problems(stack: str, document: Json, *, table: Offers | None = None) -> Iterator[Problem]:
    """The problems of one stack's JSON, each with the stack, the resource and the argument."""
    known = table or offers()
    regions = _regions(document)
    for region in sorted({*regions.values()}):
        for problem in region_problems(region, table=known):
            yield Problem(where=f"{stack}, provider aws.region", what=problem.what)
    resources = [*_resources(document)]
    for address, kind, body in resources:
        region = regions.get(str(body.get("provider", "aws")), "")
        if region in known.zones:
            for problem in _resource_problems(kind, body, region, known, document["resource"]):
                yield Problem(where=f"{stack}, {address}{problem.where}", what=problem.what)
    yield from _partition_problems(stack, resources, regions, known)


def _partition_problems(
    stack: str, resources: Iterable[tuple[str, str, Json]], regions: Mapping[str, str], table: Offers
) -> Iterator[Problem]:
    """One resource says for all of its region that it is of another partition."""
    used = {regions.get(str(body.get("provider", "aws")), ""): address for address, _, body in resources}
    own = regions.get("aws", "")
    for region, address in used.items():
        if {own, region} <= table.zones.keys():
            for problem in partition_problems(own, region):
                yield Problem(where=f"{stack}, {address}", what=problem.what)


def _resource_problems(
    kind: str, body: Json, region: str, table: Offers, resources: Json
) -> Iterator[Problem]:
    yield from resource_problems(kind, region, table=table)
    if kind in _CHECKS:
        followed = {key: _followed(value, resources) for key, value in body.items()}
        for problem in _CHECKS[kind](followed, region, table):
            yield Problem(where=f".{problem.where}", what=problem.what)


def _regions(document: Json) -> dict[str, str]:
    """The region of each provider, by the name that resources use."""
    providers = blocks(document.get("provider", {}).get("aws"))
    named = {f"aws.{one['alias']}" if "alias" in one else "aws": one.get("region") for one in providers}
    return {name: str(region) for name, region in named.items() if _is_known(region)}


def _resources(document: Json) -> Iterator[tuple[str, str, Json]]:
    for kind, named in document.get("resource", {}).items():
        for name, body in named.items():
            yield f"{kind}.{name}", kind, body


def _followed(value: Any, resources: Json) -> Any:
    """What a reference to another resource's argument stands for, where the JSON has it."""
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return resources.get(found[1], {}).get(found[2], {}).get(found[3], value) if found else value


def _named(argument: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    return (Problem(where=argument, what=problem.what) for problem in problems)


def _database(body: Json, region: str, table: Offers) -> Iterator[Problem]:
    engine, name = body.get("engine", "postgres"), body.get("instance_class")
    if engine in table.missing and _is_known(name):
        yield from _named("instance_class", class_problems(engine, str(name), region, table=table))
    # A replica has the version of its source, an instance of a cluster that of the cluster.
    if "replicate_source_db" not in body and "cluster_identifier" not in body:
        yield from _engine_version(body, region, table)


def _engine_version(body: Json, region: str, table: Offers) -> Iterator[Problem]:
    del region
    engine, version = body.get("engine"), body.get("engine_version")
    if engine in table.support and _is_known(version):
        extended = body.get("engine_lifecycle_support", _EXTENDED) == _EXTENDED
        major = str(version).partition(".")[0]
        problems = support_problems(str(engine), major, extended=extended, table=table)
        yield from _named("engine_version", problems)


def _cache(body: Json, region: str, table: Offers) -> Iterator[Problem]:
    if _is_known(name := body.get("node_type")):
        yield from _named("node_type", class_problems("elasticache", str(name), region, table=table))


def _subnet(body: Json, region: str, table: Offers) -> Iterator[Problem]:
    if _is_known(zone := body.get("availability_zone")):
        yield from _named("availability_zone", zone_problems(str(zone), region, table=table))


def _function(body: Json, region: str, table: Offers) -> Iterator[Problem]:
    del region
    if _is_known(runtime := body.get("runtime")):
        yield from _named("runtime", runtime_problems(str(runtime), table=table))


def _template(body: Json, region: str, table: Offers) -> Iterator[Problem]:
    try:
        resources = json.loads(body.get("template_body", "{}")).get("Resources", {})
    except ValueError:
        return  # YAML, or an expression
    for name, one in resources.items():
        if one.get("Type") == "AWS::Lambda::Function":
            lowered = {"runtime": one.get("Properties", {}).get("Runtime")}
            yield from _named(f"template_body.{name}.Runtime", _function(lowered, region, table))


def _task(body: Json, region: str, table: Offers) -> Iterator[Problem]:
    del region, table
    cpu, memory = body.get("cpu"), body.get("memory")
    if "FARGATE" in body.get("requires_compatibilities", ()) and str(cpu).isdigit() and str(memory).isdigit():
        yield from size_problems(int(str(cpu)), int(str(memory)))


_CHECKS: Mapping[str, _Check] = {
    "aws_cloudformation_stack": _template,
    "aws_db_instance": _database,
    "aws_ecs_task_definition": _task,
    "aws_elasticache_cluster": _cache,
    "aws_elasticache_replication_group": _cache,
    "aws_lambda_function": _function,
    "aws_rds_cluster": _engine_version,
    "aws_rds_cluster_instance": _database,
    "aws_subnet": _subnet,
}


def _is_known(value: object) -> bool:
    return isinstance(value, str) and "${" not in value
