"""OHI's environments: PROD whole, the others as deviations, each with its reason. Pure."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.repository.settings import RepositorySettings
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.databases.redis.settings import RedisSettings
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.edge.load_balancer.settings import LoadBalancerSettings
from modules.edge.web_acl.settings import WEBSITE_GROUPS, WebAclSettings
from modules.edge.website.content_security_policy import SELF_ONLY, ContentSecurityPolicy
from modules.edge.website.settings import DAY, SecurityHeaders, WebsiteSettings
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.naming import Naming
from modules.networking.settings import (
    FlowLogSettings,
    InterfaceEndpointSettings,
    NatGateways,
    NetworkSettings,
)
from modules.secrets.settings import Generated, SecretSettings
from modules.tagging import TagPolicy, Tags
from stacks.environment import Environment
from stacks.ohi.schema import OhiSettings
from stacks.ohi.services import Column, services

TAG_POLICY = TagPolicy(
    name="OHI",
    required=(
        "Project",
        "Environment",
        "Owner",
        "CostCenter",
        "Service",
        "ManagedBy",
        "CreatedBy",
        "CreatedDate",
        "DataClassification",
        "BackupPolicy",
        "Compliance",
    ),
    # Terraform's state and history say who created what, and when.
    optional_where_limited=("CreatedBy", "CreatedDate"),
)


def _environment(name: str) -> Environment:
    values = {
        "Project": "OHI",
        "Environment": name,
        "Owner": "platform-team",
        "CostCenter": "ohi-platform",
        "Service": "platform",
        "ManagedBy": "Terraform",
        "CreatedBy": "cdktf",
        # A date from the configuration, not of today: synthesizing tomorrow must not change the plan.
        "CreatedDate": "2026-11-21",
        "DataClassification": "internal",
        "BackupPolicy": "none",
        "Compliance": "NDPA",
    }
    return Environment(
        naming=Naming(product="ohi", environment=name), tags=Tags(policy=TAG_POLICY, values=values)
    )


def _headers(domain: str) -> SecurityHeaders:
    """The frontend calls the APIs beside it, and nothing else."""
    sources = ("'self'", f"https://*.{domain}")
    directives = {**SELF_ONLY.directives, "connect-src": sources}
    return SecurityHeaders(content_security_policy=ContentSecurityPolicy(directives=directives))


def _single_node(cache: RedisSettings) -> RedisSettings:
    """A rehearsal's cache: if its one node is lost, it fills itself again."""
    return replace(
        cache, node_type="cache.t4g.micro", nodes=1, multi_az=False, log_retention_days=7, protected=False
    )


_APP_TOKEN, _BLNK_TOKEN = "APP_REDIS_AUTH_TOKEN", "BLNK_REDIS_AUTH_TOKEN"

PROD = OhiSettings(
    environment=_environment("prod"),
    network=NetworkSettings(cidr=IPv4Network("10.10.0.0/16"), zones=("a", "b", "c")),
    endpoints=InterfaceEndpointSettings(services=("ecr.api", "ecr.dkr", "secretsmanager", "logs")),
    services=services(Column.PROD),
    zone=HostedZoneSettings(domain="ohealth-ng.com"),
    certificate=CertificateSettings(),
    secret=SecretSettings(
        generated={
            "DATABASE_PASSWORD": Generated(),
            _APP_TOKEN: Generated(),
            _BLNK_TOKEN: Generated(),
            "CLICKHOUSE_PASSWORD": Generated(),
            "BLNK_SECRET_KEY": Generated(),
            "APPLICATION_KEY": Generated(),
        },
        # MongoDB Atlas is managed elsewhere.
        entered=("MONGODB_URL",),
    ),
    database=PostgresqlSettings(
        database="ohi",
        instance_class="db.t4g.medium",
        storage=50,
        max_storage=500,
        replicas=("replica-1", "replica-2"),
    ),
    app_cache=RedisSettings(name="app", node_type="cache.t4g.small", token_key=_APP_TOKEN),
    blnk_cache=RedisSettings(name="blnk", node_type="cache.t4g.small", token_key=_BLNK_TOKEN),
    cluster=ClusterSettings(),
    # Streams of events may be silent for a while; five minutes still clear dead mobile connections away.
    load_balancer=LoadBalancerSettings(idle_timeout=300),
    website=WebsiteSettings(
        domains=("ohealth-ng.com", "www.ohealth-ng.com"),
        ttl=DAY,
        headers=_headers("ohealth-ng.com"),
        # Its users are in Nigeria; the cheapest class answers them from Europe.
        price_class="PriceClass_200",
        # How much of it the cache answers is part of what is watched.
        additional_metrics=True,
    ),
    web_acl=WebAclSettings(scope="REGIONAL"),
    website_web_acl=WebAclSettings(scope="CLOUDFRONT", groups=WEBSITE_GROUPS),
    repositories=RepositorySettings(),
    log_retention_days=30,
    database_pool_size=5,
    monitoring=MonitoringSettings(
        critical=TopicSettings(emails=("on-call@ohealth-ng.com",)),
        warning=TopicSettings(emails=("platform@ohealth-ng.com",)),
    ),
)

STAGING = replace(
    PROD,
    environment=_environment("staging"),
    network=replace(
        PROD.network,
        cidr=IPv4Network("10.20.0.0/16"),
        # A week is enough to look into a failed rehearsal; here and for all logs below.
        flow_logs=FlowLogSettings(retention_days=7),
    ),
    # A rehearsal carries no load: about half of prod's sizes.
    services=services(Column.STAGING),
    # What is rehearsed can be built anew at any time, so a plan may destroy it; here and below.
    protected=False,
    zone=HostedZoneSettings(domain="staging.ohealth-ng.com", protected=False),
    secret=replace(PROD.secret, protected=False),
    database=replace(
        PROD.database,
        instance_class="db.t4g.small",
        storage=20,
        max_storage=100,
        # One instance: nobody reads from it that a minute's failover would matter to.
        replicas=(),
        multi_az=False,
        log_retention_days=7,
        protected=False,
    ),
    app_cache=_single_node(PROD.app_cache),
    blnk_cache=_single_node(PROD.blnk_cache),
    load_balancer=replace(PROD.load_balancer, protected=False),
    website=replace(
        PROD.website,
        domains=("staging.ohealth-ng.com",),
        headers=_headers("staging.ohealth-ng.com"),
        protected=False,
    ),
    repositories=RepositorySettings(protected=False),
    log_retention_days=7,
    # What the smaller database takes when everything is scaled out and deployed at once; in dev too.
    database_pool_size=4,
    # Nobody is woken for a rehearsal.
    monitoring=replace(PROD.monitoring, critical=None),
)

DEV = replace(
    STAGING,
    environment=_environment("dev"),
    network=replace(
        STAGING.network,
        cidr=IPv4Network("10.30.0.0/16"),
        # A zone may fail in dev; two more NAT gateways would cost twice what the rest of the network does.
        nat_gateways=NatGateways.SINGLE,
    ),
    # Whoever looks into dev's logs wants to see more.
    log_level="debug",
    # The smallest tasks that run, one of each.
    services=services(Column.DEV),
    zone=HostedZoneSettings(domain="dev.ohealth-ng.com", protected=False),
    database=replace(STAGING.database, instance_class="db.t4g.micro"),
    # Tasks on Spot cost a third, and may go at two minutes' notice.
    cluster=ClusterSettings(capacity=Capacity.SPOT_FIRST),
    website=replace(
        STAGING.website,
        domains=("dev.ohealth-ng.com",),
        headers=_headers("dev.ohealth-ng.com"),
        # Whoever works on the frontend sees what was published within five minutes.
        ttl=300,
    ),
    database_pool_size=2,
)

ENVIRONMENTS = (DEV, STAGING, PROD)
