"""Settings of Web app's environments: PRODUCTION complete, the others as deviations with reasons. Pure.

The domains are placeholders: `.example` is reserved (RFC 2606), so that no domain of a third party is used.
Set DOMAIN before deploying; the e-mail addresses for alarms are derived from it.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.repository.settings import RepositorySettings
from modules.compute.service.container_settings import ContainerSettings, http_health
from modules.compute.service.scaling_settings import ScalingSettings
from modules.compute.service.settings import ServiceSettings
from modules.cost.settings import BudgetSettings
from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings, GlobalPrimary
from modules.databases.logins.settings import RotatedLoginSettings
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.edge.distribution.content_security_policy import SELF_ONLY, ContentSecurityPolicy
from modules.edge.load_balancer.settings import FailoverSettings, LoadBalancerSettings
from modules.edge.web_acl.settings import WEBSITE_GROUPS, WebAclLogSettings, WebAclSettings
from modules.edge.website.settings import ENTRY_PAGE, HASHED_ASSETS, SecurityHeaders, WebsiteSettings
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.naming import Naming
from modules.networking.settings import FlowLogSettings, NatGateways, NetworkSettings
from modules.networking.subnet_plan import Tier
from modules.resilience.recovery.settings import Recovery, RecoveryTier
from modules.resilience.restore_test.settings import RestoreTestSettings, SqlCheck
from modules.secrets.settings import Generated, SecretSettings
from modules.tagging import TagPolicy, Tags
from stacks.environment import Environment
from stacks.recovery import copy_of, recovered
from stacks.webapp.connections import API
from stacks.webapp.schema import WebappSettings

DOMAIN = "webapp.example"
# Where production comes up again: data stays in the EU.
RECOVERY_REGION = "eu-central-1"
TAG_POLICY = TagPolicy(
    name="Web app",
    required=("Environment", "Application", "CostCenter", "Owner", "ManagedBy"),
)


def environment_of(name: str, *copy_regions: str) -> Environment:
    """Names and tags of an environment."""
    values = {
        "Environment": name,
        "Application": "webapp",
        "CostCenter": "webapp",
        "Owner": "platform-team",
        "ManagedBy": "Terraform",
    }
    return Environment(
        naming=Naming(product="webapp", environment=name),
        tags=Tags(policy=TAG_POLICY, values=values),
        copy_regions=copy_regions,
    )


def website_of(domain: str) -> WebsiteSettings:
    """The frontend of a domain, which calls the API of the domain only."""
    directives = {**SELF_ONLY.directives, "connect-src": ("'self'", f"https://api.{domain}")}
    return WebsiteSettings(
        domains=(domain,),
        behaviors=(HASHED_ASSETS, ENTRY_PAGE),
        headers=SecurityHeaders(content_security_policy=ContentSecurityPolicy(directives=directives)),
        additional_metrics=True,
    )


PRODUCTION = WebappSettings(
    environment=environment_of("production", RECOVERY_REGION),
    # The image names no program that checks a database yet: RestoreCheck(…) when it has one.
    restore_test=RestoreTestSettings(check=SqlCheck(service=API.name)),
    network=NetworkSettings(
        cidr=IPv4Network("10.40.0.0/16"), zones=("a", "b"), tiers=(Tier.PUBLIC, Tier.PRIVATE)
    ),
    zone=HostedZoneSettings(domain=DOMAIN),
    certificate=CertificateSettings(),
    database=AuroraSettings(
        database="webapp",
        version=16,
        capacity=AuroraCapacity(minimum=1, maximum=16),
        # With a copy in the second region. RDS manages no password of such a database.
        global_database=GlobalPrimary(),
        managed_password=False,
    ),
    secret=SecretSettings(generated={"DATABASE_PASSWORD": Generated()}),
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
    # Environments share no images: a release copies the image from the previous environment.
    repository=RepositorySettings(shared=False),
    load_balancer=LoadBalancerSettings(failover=FailoverSettings(role="PRIMARY", target=API.name)),
    website=replace(website_of(DOMAIN), replica_region=RECOVERY_REGION),
    web_acl=WebAclSettings(scope="REGIONAL"),
    website_web_acl=WebAclSettings(scope="CLOUDFRONT", groups=WEBSITE_GROUPS),
    monitoring=MonitoringSettings(
        critical=TopicSettings(emails=(f"oncall@{DOMAIN}",)),
        warning=TopicSettings(emails=(f"team@{DOMAIN}",)),
    ),
    budget=BudgetSettings(monthly_usd=900, emails=(f"team@{DOMAIN}",)),
    recovery=Recovery(
        region=RECOVERY_REGION, tier=RecoveryTier.PILOT_LIGHT, cidr=IPv4Network("10.41.0.0/16")
    ),
)

_STAGING_LOGS = WebAclLogSettings(retention_days=14)

STAGING = replace(
    PRODUCTION,
    environment=environment_of("staging"),
    # A restore from backups is acceptable on staging.
    recovery=None,
    secret=None,
    network=replace(
        PRODUCTION.network,
        cidr=IPv4Network("10.50.0.0/16"),
        # Two weeks are enough to analyse a failed test on staging; the same for all logs below.
        flow_logs=FlowLogSettings(retention_days=14),
    ),
    zone=HostedZoneSettings(domain=f"staging.{DOMAIN}", protected=False),
    database=replace(
        PRODUCTION.database,
        # In one region: RDS manages the password.
        global_database=None,
        managed_password=True,
        # Staging has no production load, and needs no failover.
        capacity=AuroraCapacity(minimum=0.5, maximum=4),
        zones=("a",),
        log_retention_days=14,
        # Staging can be created again at any time, so a plan may destroy it; the same below.
        protected=False,
    ),
    login=RotatedLoginSettings(protected=False),
    api=replace(
        PRODUCTION.api,
        cpu=512,
        memory=1024,
        scaling=ScalingSettings(minimum=2, maximum=4),
        log_retention_days=14,
    ),
    protected=False,
    repository=replace(PRODUCTION.repository, protected=False),
    load_balancer=replace(PRODUCTION.load_balancer, failover=None, protected=False),
    website=replace(website_of(f"staging.{DOMAIN}"), protected=False),
    web_acl=replace(PRODUCTION.web_acl, logs=_STAGING_LOGS),
    website_web_acl=replace(PRODUCTION.website_web_acl, logs=_STAGING_LOGS),
    # Critical alarms notify the warning topic: no on-call duty for staging.
    monitoring=MonitoringSettings(warning=TopicSettings(emails=(f"team+staging@{DOMAIN}",))),
    budget=BudgetSettings(monthly_usd=330, emails=(f"team+staging@{DOMAIN}",)),
)

_DEV_LOGS = WebAclLogSettings(retention_days=7)

DEV = replace(
    STAGING,
    environment=environment_of("dev"),
    network=replace(
        STAGING.network,
        cidr=IPv4Network("10.60.0.0/16"),
        # Dev may lose a zone; a second NAT gateway would cost more than the tasks.
        nat_gateways=NatGateways.SINGLE,
        flow_logs=FlowLogSettings(retention_days=7),
    ),
    zone=HostedZoneSettings(domain=f"dev.{DOMAIN}", protected=False),
    database=replace(
        STAGING.database,
        # Unused at night: it pauses after an hour without a connection, and resumes in seconds.
        capacity=AuroraCapacity(minimum=0, maximum=2, seconds_until_auto_pause=3600),
        # Milliseconds. Whoever leaves a client connected over night doesn't keep it awake (PostgreSQL 14).
        parameters={"idle_session_timeout": "900000"},
        log_retention_days=7,
    ),
    # Fits the smaller database while the API is scaled out and being deployed.
    database_pool_size=5,
    # No connection at night: an open one would keep the database from pausing.
    database_pool_idle_seconds=300,
    # For development.
    log_level="debug",
    # Spot costs about a third; interruptions are acceptable in dev.
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
        # Frontend developers see a deployment within five minutes.
        ttl=300,
        protected=False,
    ),
    web_acl=replace(STAGING.web_acl, logs=_DEV_LOGS),
    website_web_acl=replace(STAGING.website_web_acl, logs=_DEV_LOGS),
    monitoring=MonitoringSettings(warning=TopicSettings(emails=(f"team+dev@{DOMAIN}",))),
    budget=BudgetSettings(monthly_usd=200, emails=(f"team+dev@{DOMAIN}",)),
)


def recovery_of(primary: WebappSettings) -> WebappSettings:
    """The settings of the stack that takes over from `primary` in its second region."""
    return recovered(
        primary,
        database=copy_of(primary.database, primary),
        # What stands by. While it serves it costs what its primary does, and says so.
        budget=replace(primary.budget, monthly_usd=200),
    )


ENVIRONMENTS = (DEV, STAGING, PRODUCTION)
RECOVERIES = (recovery_of(PRODUCTION),)
