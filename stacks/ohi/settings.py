"""Settings of OHI's environments: PROD complete, the others as deviations with their reasons. Pure."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.repository.settings import RepositorySettings
from modules.cost.settings import BudgetSettings
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.databases.redis.settings import RedisSettings
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.edge.distribution.content_security_policy import SELF_ONLY, ContentSecurityPolicy
from modules.edge.load_balancer.settings import FailoverSettings, LoadBalancerSettings
from modules.edge.web_acl.settings import WEBSITE_GROUPS, WebAclLogSettings, WebAclSettings
from modules.edge.website.settings import DAY, SecurityHeaders, WebsiteSettings
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.naming import Naming
from modules.networking.settings import (
    FlowLogSettings,
    InterfaceEndpointSettings,
    NatGateways,
    NetworkSettings,
)
from modules.resilience.recovery.settings import Recovery, RecoveryTier
from modules.resilience.restore_test.settings import RestoreTestSettings, SqlCheck
from modules.secrets.settings import Generated, SecretSettings
from modules.tagging import TagPolicy, Tags
from stacks.environment import Environment
from stacks.ohi.schema import OhiSettings
from stacks.ohi.services import Column, services
from stacks.recovery import recovered, replica_of

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
    # The repository's history records the same.
    optional_where_limited=("CreatedBy", "CreatedDate"),
)


def _environment(name: str, *copy_regions: str) -> Environment:
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
        naming=Naming(product="ohi", environment=name),
        tags=Tags(policy=TAG_POLICY, values=values),
        copy_regions=copy_regions,
    )


def _headers(domain: str) -> SecurityHeaders:
    """Security headers of the frontend, which calls the APIs of its domain only."""
    sources = ("'self'", f"https://*.{domain}")
    directives = {**SELF_ONLY.directives, "connect-src": sources}
    return SecurityHeaders(content_security_policy=ContentSecurityPolicy(directives=directives))


def _single_node(cache: RedisSettings) -> RedisSettings:
    """The cache of a non-production environment: one node, whose loss only empties the cache."""
    return replace(
        cache, node_type="cache.t4g.micro", nodes=1, multi_az=False, log_retention_days=7, protected=False
    )


# Where production comes up again. RDS replicates backups of eu-west-1 to it, and data stays in the EU.
RECOVERY_REGION = "eu-central-1"
# A week, as all logs outside of production.
_WEEK_OF_LOGS = WebAclLogSettings(retention_days=7)
_ENDPOINTS = InterfaceEndpointSettings(services=("ecr.api", "ecr.dkr", "secretsmanager", "logs"))
_APP_TOKEN, _BLNK_TOKEN = "APP_REDIS_AUTH_TOKEN", "BLNK_REDIS_AUTH_TOKEN"

PROD = OhiSettings(
    environment=_environment("prod", RECOVERY_REGION),
    # The image names no program that checks a database yet: RestoreCheck(…) when it has one.
    restore_test=RestoreTestSettings(check=SqlCheck(service="api")),
    network=NetworkSettings(cidr=IPv4Network("10.10.0.0/16"), zones=("a", "b", "c")),
    endpoints=_ENDPOINTS,
    services=services(Column.PROD),
    zone=HostedZoneSettings(domain="ohealth-ng.com"),
    certificate=CertificateSettings(),
    secret=SecretSettings(
        generated={
            # Of the master user, and of the services' logins.
            "DATABASE_PASSWORD": Generated(),
            "DATABASE_LOGIN_PASSWORD": Generated(),
            _APP_TOKEN: Generated(),
            _BLNK_TOKEN: Generated(),
            "CLICKHOUSE_PASSWORD": Generated(),
            "BLNK_SECRET_KEY": Generated(),
            "APPLICATION_KEY": Generated(),
            "SIGNOZ_TOKENIZER_JWT_SECRET": Generated(),
            "SIGNOZ_ROOT_PASSWORD": Generated(),
        },
        # MongoDB Atlas is managed elsewhere.
        entered=("MONGODB_URL",),
    ),
    database=PostgresqlSettings(
        database="ohi",
        instance_class="db.t4g.medium",
        version=15,
        storage=50,
        max_storage=500,
        replicas=("replica-1", "replica-2"),
    ),
    app_cache=RedisSettings(name="app", node_type="cache.t4g.small", token_key=_APP_TOKEN),
    blnk_cache=RedisSettings(name="blnk", node_type="cache.t4g.small", token_key=_BLNK_TOKEN),
    cluster=ClusterSettings(),
    # Server-sent events have pauses; five minutes still close dead mobile connections.
    load_balancer=LoadBalancerSettings(
        idle_timeout=300, failover=FailoverSettings(role="PRIMARY", target="api")
    ),
    website=WebsiteSettings(
        domains=("ohealth-ng.com", "www.ohealth-ng.com"),
        ttl=DAY,
        headers=_headers("ohealth-ng.com"),
        # Users are in Nigeria: PriceClass_100 would serve them from Europe.
        price_class="PriceClass_200",
        # The dashboards show the cache hit rate.
        additional_metrics=True,
        replica_region=RECOVERY_REGION,
    ),
    web_acl=WebAclSettings(scope="REGIONAL"),
    website_web_acl=WebAclSettings(scope="CLOUDFRONT", groups=WEBSITE_GROUPS),
    repositories=RepositorySettings(),
    log_retention_days=30,
    signoz_administrator="platform@ohealth-ng.com",
    database_pool_size=5,
    monitoring=MonitoringSettings(
        critical=TopicSettings(emails=("on-call@ohealth-ng.com",)),
        warning=TopicSettings(emails=("platform@ohealth-ng.com",)),
    ),
    budget=BudgetSettings(monthly_usd=1_900, emails=("platform@ohealth-ng.com",)),
    recovery=Recovery(
        region=RECOVERY_REGION, tier=RecoveryTier.PILOT_LIGHT, cidr=IPv4Network("10.11.0.0/16")
    ),
)

STAGING = replace(
    PROD,
    environment=_environment("staging"),
    # A restore from backups is acceptable on staging.
    recovery=None,
    network=replace(
        PROD.network,
        cidr=IPv4Network("10.20.0.0/16"),
        # A week is enough to analyse a failed test on staging; the same for all logs below.
        flow_logs=FlowLogSettings(retention_days=7),
    ),
    # Staging has no production load: about half of prod's sizes.
    services=services(Column.STAGING),
    # Staging can be created again at any time, so a plan may destroy it; the same below.
    protected=False,
    zone=HostedZoneSettings(domain="staging.ohealth-ng.com", protected=False),
    secret=replace(PROD.secret, protected=False),
    database=replace(
        PROD.database,
        instance_class="db.t4g.small",
        storage=20,
        max_storage=100,
        # One instance: a restore instead of a failover is acceptable on staging.
        replicas=(),
        multi_az=False,
        log_retention_days=7,
        protected=False,
    ),
    app_cache=_single_node(PROD.app_cache),
    blnk_cache=_single_node(PROD.blnk_cache),
    load_balancer=replace(PROD.load_balancer, failover=None, protected=False),
    web_acl=replace(PROD.web_acl, logs=_WEEK_OF_LOGS),
    website_web_acl=replace(PROD.website_web_acl, logs=_WEEK_OF_LOGS),
    website=replace(
        PROD.website,
        domains=("staging.ohealth-ng.com",),
        replica_region=None,
        headers=_headers("staging.ohealth-ng.com"),
        protected=False,
    ),
    repositories=RepositorySettings(protected=False),
    log_retention_days=7,
    # Fits the smaller database when all services are scaled out and being deployed.
    database_pool_size=4,
    # Critical alarms notify the warning topic: no on-call duty for staging.
    monitoring=replace(PROD.monitoring, critical=None),
    budget=replace(PROD.budget, monthly_usd=850),
)

DEV = replace(
    STAGING,
    environment=_environment("dev"),
    network=replace(
        STAGING.network,
        cidr=IPv4Network("10.30.0.0/16"),
        # Dev may lose a zone; two more NAT gateways would cost more than the rest of the network.
        nat_gateways=NatGateways.SINGLE,
    ),
    # As above: in one zone they cost a third.
    endpoints=replace(_ENDPOINTS, zones=1),
    # For development.
    log_level="debug",
    # The smallest tasks that run, one of each.
    services=services(Column.DEV),
    zone=HostedZoneSettings(domain="dev.ohealth-ng.com", protected=False),
    database=replace(STAGING.database, instance_class="db.t4g.micro"),
    # Spot costs about a third; interruptions are acceptable in dev.
    cluster=ClusterSettings(capacity=Capacity.SPOT_FIRST),
    website=replace(
        STAGING.website,
        domains=("dev.ohealth-ng.com",),
        headers=_headers("dev.ohealth-ng.com"),
        # Frontend developers see a deployment within five minutes.
        ttl=300,
    ),
    database_pool_size=2,
    budget=replace(STAGING.budget, monthly_usd=450),
)


def recovery_of(primary: OhiSettings) -> OhiSettings:
    """The settings of the stack that takes over from `primary` in its second region."""
    return recovered(
        primary,
        # Tasks reach AWS by the NAT gateways, which are there while it serves; before, nothing does.
        endpoints=None,
        # One instance, as RDS makes no replicas in a region of a replica that stands by.
        database=replica_of(primary.database, primary),
        # What stands by. While it serves it costs what its primary does, and says so.
        budget=replace(primary.budget, monthly_usd=350),
    )


ENVIRONMENTS = (DEV, STAGING, PROD)
RECOVERIES = (recovery_of(PROD),)
