"""Web app's environments: PRODUCTION whole, the others as deviations, each with its reason. Pure.

The domains are placeholders: `.example` belongs to nobody, for ever (RFC 2606), so that no stranger's domain
is used before a product has its own. Set DOMAIN, and the addresses of those who are told, before deploying.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Literal

from pydantic import PositiveInt

from modules.compute.container_settings import ContainerSettings, http_health
from modules.compute.repository_settings import RepositorySettings
from modules.compute.settings import Capacity, ClusterSettings, ScalingSettings, ServiceSettings
from modules.databases.aurora_settings import AuroraCapacity, AuroraSettings
from modules.databases.connection_budget import OPERATIONS, RESERVED, Client
from modules.dns.names import name_problems
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.edge.content_security_policy import SELF_ONLY, ContentSecurityPolicy
from modules.edge.firewall_settings import WEBSITE_GROUPS, FirewallLogSettings, FirewallSettings
from modules.edge.settings import LoadBalancerSettings, TargetSettings
from modules.edge.website_settings import (
    ENTRY_PAGE,
    HASHED_ASSETS,
    SecurityHeaders,
    WebsiteSettings,
)
from modules.errors import Problem, refusal
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.naming import Naming
from modules.networking.settings import FlowLogSettings, NatGateways, NetworkSettings
from modules.networking.subnet_plan import Tier
from modules.settings import settings
from modules.tagging import WEBAPP_TAGS, Tags
from stacks.environment import Environment
from stacks.webapp.connections import API_PORT

DOMAIN = "webapp.example"


@settings
class WebappSettings:
    """One environment of Web app. `protected`: a plan can't destroy what holds data."""

    environment: Environment
    network: NetworkSettings
    zone: HostedZoneSettings
    certificate: CertificateSettings
    database: AuroraSettings
    # How many connections each task may hold to the database.
    database_pool_size: PositiveInt
    cluster: ClusterSettings
    api: ServiceSettings
    # Any task answers any request.
    target: TargetSettings = TargetSettings(stickiness=None)
    repository: RepositorySettings
    load_balancer: LoadBalancerSettings
    website: WebsiteSettings
    firewall: FirewallSettings
    website_firewall: FirewallSettings
    monitoring: MonitoringSettings
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    protected: bool = True

    @property
    def api_host(self) -> str:
        """The public name of the API."""
        return f"api.{self.zone.domain}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every public name that this environment answers for."""
        return tuple(dict.fromkeys((self.zone.domain, *self.website.domains, self.api_host)))

    @property
    def task(self) -> ServiceSettings:
        """The API's task, told which environment it is in."""
        environment = {
            "ENVIRONMENT": self.environment.naming.environment,
            "LOG_LEVEL": self.log_level,
            "DATABASE_POOL_SIZE": str(self.database_pool_size),
            "ALLOWED_ORIGINS": ",".join(f"https://{domain}" for domain in self.website.domains),
            **self.api.container.environment,
        }
        return replace(self.api, container=replace(self.api.container, environment=environment))

    def problems(self) -> Iterator[Problem]:
        """What contradicts another part: domains, zones, what outlives a zone, connections."""
        for domain in self.website.domains:
            yield from name_problems("website.domains", domain, self.zone.domain)
        yield from self.database.zone_problems(self.network.zones)
        if self.api.container.ports.get("http") != API_PORT:
            why = refusal(
                got=self.api.container.ports.get("http"),
                allowed=f"{API_PORT}, which the load balancer may reach",
                mend="listen there",
            )
            yield Problem(where="api.container.ports.http", what=why)
        if self.protected and len(self.database.zones) < 2:
            why = refusal(
                got=f"{len(self.database.zones)} with protected=True",
                allowed="two zones or more for what must survive one",
                mend="name another zone",
            )
            yield Problem(where="database.zones", what=why)
        yield from self._connection_problems()

    def _connection_problems(self) -> Iterator[Problem]:
        most = self.api.scaling.maximum if self.api.scaling else max(self.api.count, 1)
        client = Client(
            name="api",
            tasks=most,
            pool_size=self.database_pool_size,
            deployment_percent=self.api.deployment.maximum_percent,
        )
        needed = client.connections + RESERVED + OPERATIONS
        available = self.database.capacity.max_connections
        if needed > available:
            tasks = client.tasks_while_deploying
            why = refusal(
                got=f"{needed} connections at most ({tasks} tasks × {client.pool_size} + operations "
                f"{OPERATIONS} + reserved {RESERVED})",
                allowed=f"{available} with {self.database.capacity.maximum:g} capacity units",
                mend=f"lower the pool ({max(0, available - OPERATIONS - RESERVED) // tasks} would fit), the "
                "scaling maximum, or raise the capacity",
            )
            yield Problem(where="database_pool_size", what=why)


def environment_of(name: str) -> Environment:
    """The names and tags of one environment."""
    values = {
        "Environment": name,
        "Application": "webapp",
        "CostCenter": "webapp",
        "Owner": "platform-team",
        "ManagedBy": "Terraform",
    }
    return Environment(
        naming=Naming(product="webapp", environment=name), tags=Tags(policy=WEBAPP_TAGS, values=values)
    )


def website_of(domain: str) -> WebsiteSettings:
    """The frontend at a domain, which calls the API beside it, and nothing else."""
    directives = {**SELF_ONLY.directives, "connect-src": ("'self'", f"https://api.{domain}")}
    return WebsiteSettings(
        domains=(domain,),
        behaviours=(HASHED_ASSETS, ENTRY_PAGE),
        headers=SecurityHeaders(content_security_policy=ContentSecurityPolicy(directives=directives)),
        additional_metrics=True,
    )


PRODUCTION = WebappSettings(
    environment=environment_of("production"),
    network=NetworkSettings(
        cidr=IPv4Network("10.40.0.0/16"), zones=("a", "b"), tiers=(Tier.PUBLIC, Tier.PRIVATE)
    ),
    zone=HostedZoneSettings(domain=DOMAIN),
    certificate=CertificateSettings(),
    database=AuroraSettings(database="webapp", capacity=AuroraCapacity(minimum=1, maximum=16)),
    database_pool_size=10,
    cluster=ClusterSettings(),
    api=ServiceSettings(
        name="api",
        cpu=1024,
        memory=2048,
        count=2,
        container=ContainerSettings(ports={"http": API_PORT}, health_check=http_health(API_PORT)),
        scaling=ScalingSettings(minimum=2, maximum=10),
        log_retention_days=90,
        tags={"DataClassification": "pii"},
    ),
    # Environments share nothing, not even images: a release copies one from the stage before.
    repository=RepositorySettings(shared=False),
    load_balancer=LoadBalancerSettings(),
    website=website_of(DOMAIN),
    firewall=FirewallSettings(scope="REGIONAL"),
    website_firewall=FirewallSettings(scope="CLOUDFRONT", groups=WEBSITE_GROUPS),
    monitoring=MonitoringSettings(
        critical=TopicSettings(emails=(f"oncall@{DOMAIN}",)),
        warning=TopicSettings(emails=(f"team@{DOMAIN}",)),
    ),
)
