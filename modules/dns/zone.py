"""A public hosted zone, and the records in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from constructs import Construct

from ..context import Context
from ..errors import Problem, ProblemsError, refusal
from .names import is_inside, name_problems, record_id
from .query_log import QueryLog
from .settings import HostedZoneSettings


class AliasTarget(Protocol):
    """What an alias record can point at: a load balancer, a distribution."""

    @property
    def dns_name(self) -> str:
        """Its own domain name."""

    @property
    def dns_zone_id(self) -> str:
        """The zone of that name."""


class HostedZone(Construct):
    """A domain, answered by Route 53.

    Creates: the zone; a CAA record naming who may issue certificates; an NS record for each delegation, and
    one in the parent's zone if `delegated_by` is set; the query log if set; what `alias` and `record` add.

    No DNSSEC: its key-signing key must be announced at the registrar by hand and rolled over in step with
    it, and one wrong step takes the whole domain off the net.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: HostedZoneSettings) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._records: set[tuple[str, str]] = set()
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
        for child, servers in settings.delegations.items():
            self.record(child, "NS", servers)
        if settings.delegated_by:
            self._create_delegation(settings.delegated_by)
        if days := settings.query_log_retention_days:
            QueryLog(self, "query-log", context=context, domain=self.domain, zone_id=self.id, days=days)

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
        """The four name servers, to be entered at the registrar or in the parent zone."""
        servers: list[str] = self._zone.name_servers
        return servers

    def alias(self, name: str, target: AliasTarget) -> None:
        """Answer for `name` with the addresses of `target`, IPv4 and IPv6; free, and allowed at the apex."""
        self.check(name)
        for kind in ("A", "AAAA"):
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
                    # With one target there is nothing healthier to answer with.
                    evaluate_target_health=False,
                ),
            )

    def record(self, name: str, kind: str, values: Sequence[str], *, ttl_seconds: int | None = None) -> None:
        """A record of its own: `zone.record("shop.example.com", "CNAME", ["cname.vercel-dns.com"])`."""
        self.check(name)
        if kind == "CNAME" and name == self.domain:
            why = refusal(
                got="a CNAME at the apex", allowed="CNAMEs below it", fix="use an alias or A record"
            )
            raise ProblemsError.one(f"record {name}", why)
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
        """Refuse names that this zone does not answer for. Raises ProblemsError naming all of them."""
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
