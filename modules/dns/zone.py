"""A public hosted zone of Route 53 and its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.route53_record import (
    Route53Record,
    Route53RecordAlias,
    Route53RecordFailoverRoutingPolicy,
)
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from constructs import Construct

from ..context import Context
from ..errors import Problem, ProblemsError, refusal
from .health_check import Failover
from .names import is_inside, name_problems, record_id
from .query_log import QueryLog
from .records import CNAME_AT_APEX
from .settings import HostedZoneSettings


class AliasTarget(Protocol):
    """The target of an alias record: a load balancer or a distribution."""

    @property
    def dns_name(self) -> str:
        """The target's domain name."""

    @property
    def dns_zone_id(self) -> str:
        """The hosted zone id of `dns_name`."""


class Zone(Construct):
    """The records of a hosted zone, whichever stack has made it."""

    _zone: Route53Zone | DataAwsRoute53Zone

    def __init__(self, scope: Construct, id: str, *, settings: HostedZoneSettings) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._records: set[tuple[str, str]] = set()

    @property
    def domain(self) -> str:
        """The domain of the zone."""
        return self.settings.domain

    @property
    def id(self) -> str:
        """The id of the zone."""
        return str(self._zone.zone_id)

    @property
    def name_servers(self) -> list[str]:
        """The name servers, to be entered at the registrar or in the parent zone."""
        servers: list[str] = self._zone.name_servers
        return servers

    def alias(
        self, name: str, target: AliasTarget, *, ipv6: bool = True, failover: Failover | None = None
    ) -> None:
        """Create alias records of `name` for `target`; allowed at the apex, unlike a CNAME.

        A, and with `ipv6` AAAA: without IPv6 addresses of the target it would have no answer. `failover`: one
        of two records of the name; the other is in another stack.
        """
        self.check(name)
        for kind in ("A", "AAAA") if ipv6 else ("A",):
            self._register(name, kind)
            Route53Record(
                self,
                f"{record_id(name, self.domain)}-{kind.lower()}",
                zone_id=self.id,
                name=name,
                type=kind,
                alias=Route53RecordAlias(
                    name=target.dns_name,
                    zone_id=target.dns_zone_id,
                    # The health check alone decides, where there is another target at all.
                    evaluate_target_health=False,
                ),
                **_failing_over(failover),
            )

    def record(self, name: str, kind: str, values: Sequence[str], *, ttl_seconds: int | None = None) -> None:
        """Create a record: `zone.record("shop.example.com", "CNAME", ["cname.vercel-dns.com"])`."""
        self.check(name)
        if kind == "CNAME" and name == self.domain:
            raise ProblemsError.one(f"record {name}", CNAME_AT_APEX)
        self._register(name, kind)
        Route53Record(
            self,
            f"{record_id(name, self.domain)}-{kind.lower()}",
            zone_id=self.id,
            name=name,
            type=kind,
            ttl=ttl_seconds or self.settings.ttl_seconds,
            records=list(values),
        )

    def check(self, *names: str) -> None:
        """Raise ProblemsError for all names that are outside the zone or delegated."""
        problems = [found for name in names for found in name_problems(name, name, self.domain)]
        for name in names:
            for child in self.settings.delegations:
                if name != child and is_inside(name, child):
                    why = f"{child} is delegated, so this zone no longer answers for it; use its own zone"
                    problems.append(Problem(where=name, what=why))
        if problems:
            raise ProblemsError(problems)

    def _register(self, name: str, kind: str) -> None:
        if (name, kind) in self._records:
            why = refusal(
                got="a second record", allowed="one of each type for a name", fix="use another name"
            )
            raise ProblemsError.one(f"{kind} record of {name}", why)
        self._records.add((name, kind))


class HostedZone(Zone):
    """A public hosted zone.

    Creates: the zone; a CAA record; the records of the settings; an NS record for each delegation, and one in
    the parent's zone if `delegated_by` is set; query logging if set; the records of `alias` and `record`.

    No DNSSEC: its key-signing key must be registered at the registrar by hand, also at each rotation, and a
    mistake makes the whole domain unresolvable.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: HostedZoneSettings) -> None:
        super().__init__(scope, id, settings=settings)
        self._zone = Route53Zone(
            self,
            "Default",
            name=settings.domain,
            comment=context.naming.base,
            force_destroy=not settings.protected,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
            tags={"Name": settings.domain},
            provider=context.provider_with_limited_tags(own=1),
        )
        self._create_caa_record()
        for record in settings.records:
            self.record(record.name, record.kind, record.record_values, ttl_seconds=record.ttl_seconds)
        for child, servers in settings.delegations.items():
            self.record(child, "NS", servers)
        if settings.delegated_by:
            self._create_delegation(settings.delegated_by)
        if days := settings.query_log_retention_days:
            QueryLog(self, "query-log", context=context, domain=self.domain, zone_id=self.id, days=days)

    def _create_caa_record(self) -> None:
        authorities = self.settings.certificate_authorities
        if authorities:
            self.record(self.domain, "CAA", [f'0 issue "{authority}"' for authority in authorities])

    def _create_delegation(self, parent: str) -> None:
        zone = DataAwsRoute53Zone(self, "parent", name=parent, private_zone=False)
        Route53Record(
            self,
            "delegation",
            zone_id=zone.zone_id,
            name=self.domain,
            type="NS",
            ttl=self.settings.ttl_seconds,
            records=self.name_servers,
        )


class ExistingZone(Zone):
    """A hosted zone that another stack of the account has made, and what this stack adds to its records.

    `settings` are those of that stack's zone. Creates no zone: a data source that finds it by its domain; the
    records of `alias` and `record`. Route 53 is global, so a stack in any region can.
    """

    def __init__(self, scope: Construct, id: str, *, settings: HostedZoneSettings) -> None:
        super().__init__(scope, id, settings=settings)
        self._zone = DataAwsRoute53Zone(self, "Default", name=settings.domain, private_zone=False)


def _failing_over(failover: Failover | None) -> dict[str, Any]:
    """The arguments of one of two records of a name; none of a record that is alone."""
    if failover is None:
        return {}
    return {
        "set_identifier": failover.role.lower(),
        "failover_routing_policy": Route53RecordFailoverRoutingPolicy(type=failover.role),
        "health_check_id": failover.health_check_id,
    }
