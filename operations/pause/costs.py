"""What a stack costs a month while it runs, and while it is paused, by its JSON alone.

Only what AWS bills by the hour and its price file has; storage, requests and traffic come on top of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rich.console import Console

from modules.networking.endpoint_costs import HOURS
from modules.terraform_json import blocks
from operations.console import say, table
from operations.doctor.account.costs import caches, databases, egress, price_table
from operations.doctor.account.target import Target

Json = Mapping[str, Any]
_SERVERLESS = "db.serverless"


@dataclass(frozen=True, kw_only=True)
class Costs:
    """USD a month by what it is for, running and paused; and what the price file doesn't have."""

    running: dict[str, float]
    paused: dict[str, float]
    unknown: tuple[str, ...] = field(default=())


def of(document: Json) -> Costs | None:
    """The costs of a stack; None where there are no prices of its region."""
    target = Target(stack="", document=document, session=None)
    prices = price_table()["regions"].get(target.region)
    if prices is None:
        return None
    running = {name: sum(amounts) for name, amounts in _parts(target, prices)}
    paused = {name: sum(amounts) for name, amounts in _parts(replace(target, paused=True), prices)}
    used = {name: amount for name, amount in running.items() if amount}
    return Costs(
        running=used,
        paused={name: paused[name] for name in used},
        unknown=tuple(sorted(_unknown(target, prices))),
    )


def show(console: Console, document: Json) -> None:
    """Print the costs, running and paused."""
    found = of(document)
    if found is None:
        say(console, "\nCosts: operations/doctor/account/prices.json has no prices of this region.")
        return
    shown = table(title="\nCosts, USD a month")
    shown.add_column("")
    for name in ("running", "paused"):
        shown.add_column(name, justify="right")
    for name, running in found.running.items():
        shown.add_row(name, f"{running:.0f}", f"{found.paused[name]:.0f}")
    totals = (f"{sum(found.running.values()):.0f}", f"{sum(found.paused.values()):.0f}")
    shown.add_row("together", *totals, style="bold")
    console.print(shown)
    say(console, f"Prices of {price_table()['date']}; storage, requests and traffic come on top.")
    if found.unknown:
        say(console, f"Without what the price file lacks: {', '.join(found.unknown)}.")


def _parts(target: Target, prices: Json) -> Iterator[tuple[str, list[float]]]:
    stopped = target.paused and not _replicas(target)
    yield "Fargate", list(_tasks(target, prices))
    yield "RDS", [] if stopped else [amount for _, amount in databases(target, prices)]
    yield "Aurora", list(_aurora(target, prices))
    yield "Redis", [amount for _, amount in caches(target, prices)]
    yield "load balancers", [prices["load_balancer_hour"] * HOURS for _ in target.resources("aws_lb")]
    yield "ways out of the network", list(_ways_out(target, prices))


def _ways_out(target: Target, prices: Json) -> Iterator[float]:
    yield from (amount for _, amount in egress(target, prices))
    # An address without its gateway is paid for, too.
    kept = len(replace(target, paused=False).resources("aws_nat_gateway"))
    gone = kept - len(target.resources("aws_nat_gateway"))
    yield gone * prices["address_hour"] * HOURS


def _tasks(target: Target, prices: Json) -> Iterator[float]:
    definitions = target.resources("aws_ecs_task_definition")
    for service in target.resources("aws_ecs_service").values():
        name = str(service["task_definition"]).partition(".")[2].partition(".")[0].rstrip("}")
        task = definitions.get(name, {})
        platform = (blocks(task.get("runtime_platform")) or [{}])[0].get("cpu_architecture", "X86_64")
        hourly = (
            prices["fargate_vcpu_hour"][platform] * int(task.get("cpu", 0)) / 1024
            + prices["fargate_gib_hour"][platform] * int(task.get("memory", 0)) / 1024
        )
        yield int(service.get("desired_count", 1)) * hourly * HOURS


def _replicas(target: Target) -> bool:
    return any("replicate_source_db" in one for one in target.resources("aws_db_instance").values())


def _aurora(target: Target, prices: Json) -> Iterator[float]:
    """The least that the instances of a cluster have; what they scale to depends on their load."""
    for name, cluster in target.resources("aws_rds_cluster").items():
        instances = [
            one
            for one in target.resources("aws_rds_cluster_instance").values()
            if f"aws_rds_cluster.{name}." in json.dumps(one.get("cluster_identifier", ""))
            and one.get("instance_class") == _SERVERLESS
        ]
        scaling = (blocks(cluster.get("serverlessv2_scaling_configuration")) or [{}])[0]
        least = float(scaling.get("min_capacity", 0))
        yield len(instances) * least * prices["aurora_unit_hour"] * HOURS


def _unknown(target: Target, prices: Json) -> Iterator[str]:
    for kind, argument, known in (
        ("aws_db_instance", "instance_class", "database_hour"),
        ("aws_elasticache_replication_group", "node_type", "cache_node_hour"),
    ):
        for one in target.resources(kind).values():
            if (name := str(one.get(argument, ""))) not in prices[known]:
                yield name
