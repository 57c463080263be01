"""Where the failover records of a primary point, and the fence that keeps them away from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modules.terraform_json import blocks
from operations.synthesized import SynthesizedStack
from operations.synthesized.stack_json import Json

PRIMARY, SECONDARY = "PRIMARY", "SECONDARY"
# "If more than 18% of health checkers report that an endpoint is healthy, Route 53 considers it healthy"
# (Amazon Route 53 developer guide, "How Amazon Route 53 determines whether a health check is healthy").
_ENOUGH = 0.18


@dataclass(frozen=True, kw_only=True)
class FailoverRecord:
    """One of the two records of a name."""

    name: str
    role: str  # PRIMARY or SECONDARY
    check: str | None  # the id of its health check
    target: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """A health check as Route 53 takes it: with what Disabled and Inverted make of it."""

    healthy: bool
    fenced: bool


class Dns:
    """The failover records of a primary's names."""

    def __init__(self, route53: Any, primary: SynthesizedStack) -> None:
        self._route53 = route53
        self._names = dict(_names(primary))

    @property
    def names(self) -> list[str]:
        """The names that fail over."""
        return sorted(self._names)

    def records(self) -> list[FailoverRecord]:
        """The records of both stacks, as Route 53 has them."""
        zones = [self._zone(name) for name in sorted(set(self._names.values()))]
        found = [one for zone in zones if zone for one in self._records(zone)]
        return [one for one in found if one.name in self._names]

    def check(self, id: str) -> Check:
        """What Route 53 takes a health check for.

        UpdateHealthCheck (API Reference): one that is disabled is "always healthy", and "in disabled state,
        you can also invert the status".
        """
        config = self._route53.get_health_check(HealthCheckId=id)["HealthCheck"]["HealthCheckConfig"]
        disabled, inverted = bool(config.get("Disabled")), bool(config.get("Inverted"))
        found = True if disabled else self.answers(id)
        return Check(healthy=found != inverted, fenced=disabled and inverted)

    def answers(self, id: str) -> bool:
        """Whether the endpoint of a health check answers, whatever the check is taken for."""
        seen = self._route53.get_health_check_status(HealthCheckId=id)["HealthCheckObservations"]
        well = [one for one in seen if one["StatusReport"]["Status"].startswith("Success")]
        return bool(seen) and len(well) / len(seen) > _ENOUGH

    def points_to(self) -> dict[str, str]:
        """The role of the record that Route 53 answers with, by name.

        The primary while it is healthy, then the secondary if that is; the primary where neither is
        (developer guide, "How Amazon Route 53 chooses records when health checking is configured").
        """
        by_name: dict[str, dict[str, FailoverRecord]] = {}
        for one in self.records():
            by_name.setdefault(one.name, {})[one.role] = one
        found = {}
        for name, roles in sorted(by_name.items()):
            healthy = {role for role, one in roles.items() if not one.check or self.check(one.check).healthy}
            found[name] = SECONDARY if healthy == {SECONDARY} else PRIMARY
        return found

    def checks(self, role: str) -> list[str]:
        """The health checks of the records of a role."""
        return sorted({one.check for one in self.records() if one.role == role and one.check})

    def is_fenced(self) -> bool:
        """Whether Route 53 takes the primary for unhealthy, whatever it answers."""
        found = self.checks(PRIMARY)
        return bool(found) and all(self.check(one).fenced for one in found)

    def is_open(self) -> bool:
        """Whether no health check of the primary is fenced."""
        return not any(self.check(one).fenced for one in self.checks(PRIMARY))

    def fence(self, *, fenced: bool) -> None:
        """Take the primary for unhealthy, or look at it again."""
        for one in self.checks(PRIMARY):
            self._route53.update_health_check(HealthCheckId=one, Disabled=fenced, Inverted=fenced)

    def _zone(self, name: str) -> str | None:
        found = self._route53.list_hosted_zones_by_name(DNSName=name)["HostedZones"]
        own = (
            one for one in found if one["Name"].rstrip(".") == name and not one["Config"].get("PrivateZone")
        )
        return next((one["Id"] for one in own), None)

    def _records(self, zone: str) -> Iterator[FailoverRecord]:
        pages = self._route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        for one in (each for page in pages for each in page["ResourceRecordSets"]):
            if "Failover" in one:
                yield FailoverRecord(
                    name=one["Name"].rstrip("."),
                    role=one["Failover"],
                    check=one.get("HealthCheckId"),
                    target=_target(one),
                )


def _target(record: Json) -> str:
    alias = record.get("AliasTarget")
    values = [alias["DNSName"]] if alias else [one["Value"] for one in record.get("ResourceRecords", ())]
    return ", ".join(value.rstrip(".").removeprefix("dualstack.") for value in values)


def _names(primary: SynthesizedStack) -> Iterator[tuple[str, str]]:
    """Each name that fails over, and its zone."""
    for body in primary.resources("aws_route53_record").values():
        if blocks(body.get("failover_routing_policy")):
            zone = primary.resource(body["zone_id"])
            yield (
                primary.value(body["name"]).rstrip("."),
                primary.value(str(zone.get("name", ""))).rstrip("."),
            )
