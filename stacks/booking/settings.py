"""Settings of Booking's environments: PROD complete, dev as deviations with their reasons. Pure."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from modules.compute.cluster.settings import Capacity, ClusterSettings
from modules.compute.pgbouncer.settings import PgBouncerSettings
from modules.compute.repository.settings import RepositorySettings
from modules.compute.service.container_settings import ContainerSettings
from modules.compute.service.scaling_settings import ScalingSettings
from modules.compute.service.settings import ServiceSettings
from modules.cost.settings import BudgetSettings
from modules.databases.postgresql.settings import BackupCopies, PostgresqlSettings
from modules.databases.redis.settings import RedisSettings
from modules.delivery.pipeline.settings import Approval, Migration, PipelineSettings
from modules.dns.records import DnsRecord
from modules.dns.settings import AMAZON, CertificateSettings, HealthCheckSettings, HostedZoneSettings
from modules.edge.load_balancer.settings import FailoverSettings, LoadBalancerSettings
from modules.edge.media.settings import MediaDistributionSettings
from modules.edge.web_acl.settings import RateLimit, WebAclSettings
from modules.monitoring.own_metrics.settings import OwnMetricSettings
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.naming import Naming
from modules.networking.settings import (
    FlowLogSettings,
    InterfaceEndpointSettings,
    NatGateways,
    NetworkSettings,
)
from modules.queues.dramatiq.broker import BROKER_PERMISSIONS
from modules.queues.dramatiq.settings import DramatiqWorkerSettings, QueueDepthSettings
from modules.resilience.backup.settings import DAILY, MONTHLY, WEEKLY, BackupSettings, RestoreTesting
from modules.resilience.recovery.settings import Recovery, RecoveryTier
from modules.resilience.restore_test.settings import RestoreCheck, RestoreTestSettings
from modules.secrets.settings import ApiKeySettings, Generated, SecretSettings
from modules.storage.media.settings import MediaSettings, Replica
from modules.tagging import TagPolicy, Tags
from stacks.booking.connections import WEB, WORKER
from stacks.booking.images import PGBOUNCER
from stacks.booking.schema import LOGIN_PASSWORD, SECRET_KEY, BookingSettings
from stacks.environment import Environment
from stacks.recovery import recovered, restored_from

DOMAIN = "lichnails.co.uk"
COPIES = "eu-central-1"
# By the queues alone: busy threads are no reason for more of them.
WORKER_SCALING = ScalingSettings(minimum=2, maximum=8, cpu_percent=None, memory_percent=None)
TAG_POLICY = TagPolicy(
    name="Booking",
    required=("Environment", "Application", "CostCenter", "Owner", "ManagedBy", "BackupPolicy"),
)


def environment_of(name: str) -> Environment:
    """Names and tags of an environment."""
    values = {
        "Environment": name,
        "Application": "booking",
        "CostCenter": "booking",
        "Owner": "booking-team",
        "ManagedBy": "Terraform",
        # Of what holds no data; the others have one of their own.
        "BackupPolicy": "none",
    }
    return Environment(
        naming=Naming(product="booking", environment=name),
        tags=Tags(policy=TAG_POLICY, values=values),
        copy_regions=(COPIES,),
    )


_PIPELINE = PipelineSettings(
    repository="lichnails/booking",
    branch="main",
    approval=Approval(emails=(f"lead@{DOMAIN}",)),
    # Of the worker, whose task is the container alone and ends with it.
    migration=Migration(service=WORKER.name, command=("python", "manage.py", "migrate", "--noinput")),
)

PROD = BookingSettings(
    environment=environment_of("prod"),
    network=NetworkSettings(cidr=IPv4Network("10.70.0.0/16"), zones=("a", "b")),
    zone=HostedZoneSettings(
        domain=DOMAIN,
        # The frontend is at Vercel, which has its certificates from Let's Encrypt (Vercel's documentation,
        # "Working with SSL Certificates").
        records=(DnsRecord(name=f"usa-berko.{DOMAIN}", kind="CNAME", values=("cname.vercel-dns.com",)),),
        certificate_authorities=(AMAZON, "letsencrypt.org"),
    ),
    certificate=CertificateSettings(),
    host=f"api.{DOMAIN}",
    frontends=(f"https://usa-berko.{DOMAIN}",),
    secret=SecretSettings(
        generated={
            # Of the master user, and of the services' logins.
            "DATABASE_PASSWORD": Generated(),
            LOGIN_PASSWORD: Generated(),
            "REDIS_AUTH_TOKEN": Generated(),
            SECRET_KEY: Generated(length=64),
        }
    ),
    database=PostgresqlSettings(
        database="booking",
        instance_class="db.t4g.small",
        version=17,
        storage=20,
        max_storage=200,
        copies=BackupCopies(region=COPIES),
    ),
    broker=RedisSettings(
        name="broker",
        node_type="cache.t4g.small",
        # Dramatiq looks for the messages of lost workers by KEYS.
        permissions=BROKER_PERMISSIONS,
    ),
    cluster=ClusterSettings(),
    web=ServiceSettings(
        name=WEB.name,
        cpu=1024,
        memory=2048,
        count=2,
        container=ContainerSettings(ports=WEB.ports),
        scaling=ScalingSettings(minimum=2, maximum=6, requests_per_minute=600),
        tags={"DataClassification": "pii"},
    ),
    pgbouncer=PgBouncerSettings(image=PGBOUNCER.reference, version="1.25.2", max_db_connections=8),
    worker=ServiceSettings(
        name=WORKER.name,
        cpu=512,
        memory=1024,
        count=2,
        scaling=WORKER_SCALING,
        tags={"DataClassification": "pii"},
    ),
    dramatiq=DramatiqWorkerSettings(command=("python", "manage.py", "rundramatiq"), threads=4),
    queues=QueueDepthSettings(queues=("default", "emails"), messages_per_task=20),
    media=MediaSettings(
        origins=(f"https://usa-berko.{DOMAIN}",),
        # Of the specification's example: what people upload, not what they keep.
        expire_days={"uploads/": 90},
        replica=Replica(region=COPIES),
        backed_up=False,
    ),
    media_distribution=MediaDistributionSettings(domains=(f"media.{DOMAIN}",)),
    pipeline=_PIPELINE,
    partner_key=ApiKeySettings(name="partner"),
    restore_test=RestoreTestSettings(
        # Whether the restored schema is the one that the deployed code migrated it to; past PgBouncer, which
        # leads to the database that runs.
        check=RestoreCheck(
            service=WORKER.name,
            command=("python", "manage.py", "migrate", "--check"),
            variables={"DATABASE_HOST": "{host}", "DATABASE_PORT": "{port}", "DATABASE_SSLMODE": "require"},
        )
    ),
    backups=BackupSettings(
        plans={"daily": (replace(DAILY, copy_days=7), WEEKLY, MONTHLY)},
        copy_region=COPIES,
        # Beside `restore_test`: what AWS Backup keeps outlives the database, and is restored by another role.
        restore_testing=RestoreTesting(resource_types=("RDS",)),
    ),
    budget=BudgetSettings(monthly_usd=500, emails=(f"team@{DOMAIN}",)),
    own_metrics=OwnMetricSettings(),
    load_balancer=LoadBalancerSettings(
        failover=FailoverSettings(role="PRIMARY", target=WEB.name, check=HealthCheckSettings(path="/health/"))
    ),
    web_acl=WebAclSettings(
        scope="REGIONAL",
        rate_limits=(
            RateLimit(name="per-address", requests=10_000),
            # Where people log in who may see everything.
            RateLimit(name="admin", requests=100, path_prefix="/admin/"),
        ),
    ),
    monitoring=MonitoringSettings(
        critical=TopicSettings(emails=(f"on-call@{DOMAIN}",)),
        warning=TopicSettings(emails=(f"team@{DOMAIN}",)),
    ),
    recovery=Recovery(region=COPIES, tier=RecoveryTier.BACKUP, cidr=IPv4Network("10.71.0.0/16")),
)

DEV = replace(
    PROD,
    environment=environment_of("dev"),
    # Dev can be created again at any time.
    recovery=None,
    network=replace(
        PROD.network,
        cidr=IPv4Network("10.80.0.0/16"),
        # A NAT gateway would cost half as much as everything else. Tasks have public addresses that nobody
        # may connect to; functions have none, and use endpoints.
        nat_gateways=NatGateways.NONE,
        # A week is enough to analyse a failure in dev; the same for all logs below.
        flow_logs=FlowLogSettings(retention_days=7),
    ),
    # One zone: a function that fails with it only delays an apply, or a metric.
    endpoints=InterfaceEndpointSettings(services=("secretsmanager",), zones=1),
    # Dev can be created again at any time, so a plan may destroy it; the same below.
    protected=False,
    # A zone of its own below production's, which delegates to it. Its host is its apex.
    zone=HostedZoneSettings(domain=f"api-dev.{DOMAIN}", protected=False),
    host=f"api-dev.{DOMAIN}",
    frontends=("http://localhost:3000",),
    secret=replace(PROD.secret, protected=False),
    database=replace(
        PROD.database,
        # The smallest that runs; a restore instead of a failover is acceptable in dev.
        instance_class="db.t4g.micro",
        multi_az=False,
        max_storage=50,
        copies=None,
        log_retention_days=7,
        protected=False,
    ),
    broker=replace(
        PROD.broker,
        # One node, whose loss empties the queues of dev.
        node_type="cache.t4g.micro",
        nodes=1,
        multi_az=False,
        log_retention_days=7,
        protected=False,
    ),
    # Spot costs about a third; interruptions are acceptable in dev.
    cluster=ClusterSettings(capacity=Capacity.SPOT_FIRST),
    repository=RepositorySettings(shared=False, protected=False),
    web=replace(
        PROD.web,
        cpu=256,
        memory=512,
        count=1,
        scaling=ScalingSettings(minimum=1, maximum=2),
        log_retention_days=7,
        public_ip=True,
    ),
    # Fits the smaller database.
    pgbouncer=replace(PROD.pgbouncer, max_db_connections=5),
    worker=replace(
        PROD.worker,
        cpu=256,
        memory=512,
        # None while the queues are empty: a message wakes one.
        count=0,
        scaling=replace(WORKER_SCALING, minimum=0, maximum=2),
        log_retention_days=7,
        public_ip=True,
    ),
    media=replace(
        PROD.media,
        origins=("http://localhost:3000",),
        # A key would cost as much as all files of dev, which nobody misses.
        encryption="S3",
        replica=None,
        protected=False,
    ),
    # Presigned URLs are enough to try it.
    media_distribution=None,
    # Only the distribution's would have to be in us-east-1.
    certificate=CertificateSettings(for_cloudfront=False),
    # What is pushed runs.
    pipeline=replace(
        _PIPELINE, branch="develop", approval=None, artifact_days=7, log_retention_days=7, protected=False
    ),
    # No other server calls dev.
    partner_key=None,
    backups=None,
    # More than the team's figure, for a reason: docs/specification/booking.md, "Costs beside the estimate".
    budget=BudgetSettings(monthly_usd=150, emails=(f"team+dev@{DOMAIN}",)),
    # Of a database that may be lost.
    own_metrics=None,
    # For development.
    log_level="debug",
    load_balancer=replace(PROD.load_balancer, failover=None, protected=False),
    # A web ACL with its rules would cost a sixth of dev, which has no data of customers.
    web_acl=None,
    # Critical alarms notify the warning topic: no on-call duty for dev.
    monitoring=MonitoringSettings(warning=TopicSettings(emails=(f"team+dev@{DOMAIN}",))),
)


def recovery_of(primary: BookingSettings) -> BookingSettings:
    """The settings of the stack that takes over from `primary` in its second region, once it is created."""
    return recovered(
        primary,
        database=restored_from(primary.database),
        # The primary's, which falls over to the replica of the files; services here use this replica.
        media_distribution=None,
        # What the primary's deployed last runs here too.
        pipeline=None,
        # The database's own, for as long as it serves.
        backups=None,
        # What it costs while it serves.
        budget=replace(primary.budget, monthly_usd=500),
    )


ENVIRONMENTS = (DEV, PROD)
RECOVERIES = (recovery_of(PROD),)
