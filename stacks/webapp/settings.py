"""Web app's environments: PRODUCTION whole, the others as deviations, each with its reason. Pure.

The domains are placeholders: `.example` belongs to nobody, for ever (RFC 2606), so that no stranger's domain
is used before a product has its own. Set DOMAIN before deploying; who is told of alarms has its addresses.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.repository.settings import RepositorySettings
from modules.compute.service.container_settings import ContainerSettings, http_health
from modules.compute.service.settings import ScalingSettings, ServiceSettings
from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.edge.load_balancer.settings import LoadBalancerSettings
from modules.edge.web_acl.settings import WEBSITE_GROUPS, WebAclLogSettings, WebAclSettings
from modules.edge.website.content_security_policy import SELF_ONLY, ContentSecurityPolicy
from modules.edge.website.settings import ENTRY_PAGE, HASHED_ASSETS, SecurityHeaders, WebsiteSettings
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.naming import Naming
from modules.networking.settings import FlowLogSettings, NatGateways, NetworkSettings
from modules.networking.subnet_plan import Tier
from modules.tagging import TagPolicy, Tags
from stacks.environment import Environment
from stacks.webapp.connections import API
from stacks.webapp.schema import WebappSettings

DOMAIN = "webapp.example"
TAG_POLICY = TagPolicy(
    name="Web app",
    required=("Environment", "Application", "CostCenter", "Owner", "ManagedBy"),
)


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
        naming=Naming(product="webapp", environment=name), tags=Tags(policy=TAG_POLICY, values=values)
    )


def website_of(domain: str) -> WebsiteSettings:
    """The frontend at a domain, which calls the API beside it, and nothing else."""
    directives = {**SELF_ONLY.directives, "connect-src": ("'self'", f"https://api.{domain}")}
    return WebsiteSettings(
        domains=(domain,),
        behaviors=(HASHED_ASSETS, ENTRY_PAGE),
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
        container=ContainerSettings(ports=API.ports, health_check=http_health(API.ports["http"])),
        scaling=ScalingSettings(minimum=2, maximum=10),
        log_retention_days=90,
        tags={"DataClassification": "pii"},
    ),
    # Environments share nothing, not even images: a release copies one from the stage before.
    repository=RepositorySettings(shared=False),
    load_balancer=LoadBalancerSettings(),
    website=website_of(DOMAIN),
    web_acl=WebAclSettings(scope="REGIONAL"),
    website_web_acl=WebAclSettings(scope="CLOUDFRONT", groups=WEBSITE_GROUPS),
    monitoring=MonitoringSettings(
        critical=TopicSettings(emails=(f"oncall@{DOMAIN}",)),
        warning=TopicSettings(emails=(f"team@{DOMAIN}",)),
    ),
)

_STAGING_LOGS = WebAclLogSettings(retention_days=14)

STAGING = replace(
    PRODUCTION,
    environment=environment_of("staging"),
    network=replace(
        PRODUCTION.network,
        cidr=IPv4Network("10.50.0.0/16"),
        # Two weeks are enough to look into a failed rehearsal; here and for all logs below.
        flow_logs=FlowLogSettings(retention_days=14),
    ),
    zone=HostedZoneSettings(domain=f"staging.{DOMAIN}", protected=False),
    database=replace(
        PRODUCTION.database,
        # A rehearsal carries no load; and no reader waits for a failover.
        capacity=AuroraCapacity(minimum=0.5, maximum=4),
        zones=("a",),
        log_retention_days=14,
        # What is rehearsed can be built anew at any time, so a plan may destroy it; here and below.
        protected=False,
    ),
    api=replace(
        PRODUCTION.api,
        cpu=512,
        memory=1024,
        scaling=ScalingSettings(minimum=2, maximum=4),
        log_retention_days=14,
    ),
    protected=False,
    repository=replace(PRODUCTION.repository, protected=False),
    load_balancer=replace(PRODUCTION.load_balancer, protected=False),
    website=replace(website_of(f"staging.{DOMAIN}"), protected=False),
    web_acl=replace(PRODUCTION.web_acl, logs=_STAGING_LOGS),
    website_web_acl=replace(PRODUCTION.website_web_acl, logs=_STAGING_LOGS),
    # A rehearsal wakes nobody: what is critical is told where warnings are.
    monitoring=MonitoringSettings(warning=TopicSettings(emails=(f"team+staging@{DOMAIN}",))),
)

_DEV_LOGS = WebAclLogSettings(retention_days=7)

DEV = replace(
    STAGING,
    environment=environment_of("dev"),
    network=replace(
        STAGING.network,
        cidr=IPv4Network("10.60.0.0/16"),
        # A zone may fail in dev; a second NAT gateway would cost more than the tasks do.
        nat_gateways=NatGateways.SINGLE,
        flow_logs=FlowLogSettings(retention_days=7),
    ),
    zone=HostedZoneSettings(domain=f"dev.{DOMAIN}", protected=False),
    database=replace(
        STAGING.database,
        # Nobody works on it at night: it pauses after an hour without a connection, and wakes in seconds.
        capacity=AuroraCapacity(minimum=0, maximum=2, seconds_until_auto_pause=3600),
        log_retention_days=7,
    ),
    # What the smaller database takes while the API is scaled out and deployed at once.
    database_pool_size=5,
    # Whoever looks into dev's logs wants to see more.
    log_level="debug",
    # Tasks on Spot cost a third, and may go at two minutes' notice.
    cluster=ClusterSettings(capacity=Capacity.SPOT_FIRST),
    api=replace(
        STAGING.api,
        cpu=256,
        memory=512,
        count=1,
        scaling=ScalingSettings(minimum=1, maximum=2),
        log_retention_days=7,
    ),
    website=replace(
        website_of(f"dev.{DOMAIN}"),
        # Whoever works on the frontend sees what was published within five minutes.
        ttl=300,
        protected=False,
    ),
    web_acl=replace(STAGING.web_acl, logs=_DEV_LOGS),
    website_web_acl=replace(STAGING.website_web_acl, logs=_DEV_LOGS),
    monitoring=MonitoringSettings(warning=TopicSettings(emails=(f"team+dev@{DOMAIN}",))),
)

ENVIRONMENTS = (DEV, STAGING, PRODUCTION)
