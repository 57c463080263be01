"""Groups of modules that products have in common.

A part is no construct: its resources are in the stack itself, so that their addresses do not include the
part.
"""

from __future__ import annotations

from collections.abc import Sequence

from modules.compute.cluster.cluster import Cluster
from modules.compute.cluster.settings import ClusterSettings
from modules.databases.logins.versioned import VersionedLogin
from modules.databases.postgresql.postgresql import Postgresql
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.databases.redis.redis import Redis
from modules.databases.redis.settings import RedisSettings
from modules.dns.certificate import Certificate
from modules.dns.zone import ExistingZone, HostedZone, Zone
from modules.edge.load_balancer.load_balancer import LoadBalancer
from modules.edge.web_acl.settings import WebAclSettings
from modules.edge.web_acl.web_acl import WebAcl
from modules.edge.website.settings import WebsiteSettings
from modules.edge.website.website import SiteAddress, Website
from modules.kms.key import Key
from modules.log_retention import RetentionDays
from modules.monitoring.own_metrics.own_metrics import Cluster as DatabaseCluster
from modules.monitoring.own_metrics.own_metrics import Instances
from modules.networking.connections import Connections
from modules.networking.endpoints import InterfaceEndpoints
from modules.networking.network import Network
from modules.networking.security_groups import SecurityGroups
from modules.networking.settings import InterfaceEndpointSettings
from modules.resilience.recovery.key import RecoveryKey
from modules.resilience.restore_test.records import RestoreRecords
from modules.secrets.entries import SecretEntries
from modules.secrets.replica import ReplicatedSecret
from modules.secrets.secret import EnvironmentSecret
from modules.secrets.settings import SecretSettings
from stacks.base import Stack
from stacks.environment import PublicEnvironmentSettings, WebsiteEnvironmentSettings


class Foundation:
    """Network and DNS, and the key of what is copied to a second region.

    Creates: the network; its security groups, from `connections`; interface endpoints, if
    set, in the group "vpc-endpoints"; the zone and its certificate; with `recovery` the key in its region.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        connections: Connections,
        settings: PublicEnvironmentSettings,
        endpoints: InterfaceEndpointSettings | None = None,
    ) -> None:
        context = stack.context
        self.primary = settings.primary
        self.network = Network(stack, "network", context=context, settings=settings.network)
        self.security_groups = SecurityGroups(
            stack, "firewall", context=context, network=self.network, connections=connections
        )
        if endpoints:
            InterfaceEndpoints(
                stack,
                "endpoints",
                context=context,
                network=self.network,
                security_group=self.security_groups.group("vpc-endpoints"),
                settings=endpoints,
            )
        self.zone = self._create_zone(stack, settings)
        self.certificate = Certificate(
            stack, "certificate", context=context, zone=self.zone, settings=settings.certificate
        )
        self.recovery_key = (
            RecoveryKey(
                stack,
                "recovery-key",
                context=context,
                region=settings.recovery.region,
                protected=settings.protected,
            )
            if settings.recovery
            else None
        )

    def create_secret(self, stack: Stack, settings: SecretSettings) -> SecretEntries:
        """The secret; in a recovery stack the replica of the primary's, which is no resource of its own."""
        context = stack.context
        if self.primary:
            naming = self.primary.naming
            return ReplicatedSecret(stack, "secret", context=context, primary=naming, settings=settings)
        return EnvironmentSecret(
            stack, "secret", context=context, settings=settings, replica_key=self.recovery_key
        )

    def _create_zone(self, stack: Stack, settings: PublicEnvironmentSettings) -> Zone:
        """The zone; in a recovery stack that of its primary, which is no resource of its own."""
        if settings.primary:
            return ExistingZone(stack, "zone", settings=settings.zone)
        return HostedZone(stack, "zone", context=stack.context, settings=settings.zone)


class Ingress:
    """Public access to services.

    Creates: the load balancer, in the group "alb"; its web ACL, if set.
    """

    def __init__(self, stack: Stack, *, foundation: Foundation, settings: PublicEnvironmentSettings) -> None:
        self.load_balancer = LoadBalancer(
            stack,
            "load-balancer",
            context=stack.context,
            network=foundation.network,
            security_group=foundation.security_groups.group("alb"),
            zone=foundation.zone,
            certificate=foundation.certificate,
            settings=settings.load_balancer,
        )
        # One, or none where the environment has none.
        self.web_acls = [self._protect(stack, settings.web_acl)] if settings.web_acl else []

    def _protect(self, stack: Stack, settings: WebAclSettings) -> WebAcl:
        web_acl = WebAcl(stack, "web-firewall", context=stack.context, name="alb", settings=settings)
        web_acl.associate("load-balancer", self.load_balancer.arn)
        return web_acl


class Frontend:
    """The website with its web ACL.

    Creates: the web ACL; the website. Nothing in a recovery stack: a domain belongs to one distribution. It
    is the primary's, stands in no region, and falls over to a copy of its files.
    """

    def __init__(self, stack: Stack, *, foundation: Foundation, settings: WebsiteEnvironmentSettings) -> None:
        self._stack, self._foundation = stack, foundation
        # One of each, or none.
        self.web_acls = [] if settings.primary else [self._protect(settings.website_web_acl)]
        self.websites = [self._create(settings.website, web_acl) for web_acl in self.web_acls]

    def outputs(self, *, url: str, bucket: str, distribution_id: str | None = None) -> dict[str, str]:
        """Outputs of the website, by the names that they are given."""
        found: dict[str, str] = {}
        for website in self.websites:
            found |= {url: website.url, bucket: website.bucket.name}
            if distribution_id:
                found[distribution_id] = website.distribution_id
        return found

    def _protect(self, settings: WebAclSettings) -> WebAcl:
        context = self._stack.context
        return WebAcl(self._stack, "website-firewall", context=context, name="website", settings=settings)

    def _create(self, settings: WebsiteSettings, web_acl: WebAcl) -> Website:
        return Website(
            self._stack,
            "website",
            context=self._stack.context,
            settings=settings,
            address=SiteAddress(zone=self._foundation.zone, certificate=self._foundation.certificate),
            web_acl=web_acl,
        )


class Platform:
    """The ECS cluster with the KMS key of services.

    Creates: the key of logs, images and files; the cluster.
    """

    def __init__(self, stack: Stack, *, cluster: ClusterSettings, protected: bool) -> None:
        self.key = Key(
            stack,
            "key",
            context=stack.context,
            purpose="services",
            services=("logs",),
            protected=protected,
        )
        self.cluster = Cluster(stack, "cluster", context=stack.context, key=self.key, settings=cluster)


class DataStores:
    """The secret and the database of one environment.

    Creates: the secret; the PostgreSQL database, in the group `group`. `create_login` and `create_cache` add
    the login of its services, and caches.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        foundation: Foundation,
        secret: SecretSettings,
        database: PostgresqlSettings,
        group: str,
    ) -> None:
        self._stack, self._foundation = stack, foundation
        self.secret = foundation.create_secret(stack, secret)
        self.database = Postgresql(
            stack,
            "database",
            context=stack.context,
            network=foundation.network,
            security_group=foundation.security_groups.group(group),
            secret=self.secret,
            settings=database,
        )

    def create_login(
        self, groups: Sequence[str], *, key: str, log_retention_days: RetentionDays
    ) -> VersionedLogin:
        """The login of the services; `groups` are those of one that may reach the database and AWS."""
        return VersionedLogin(
            self._stack,
            "database-login",
            context=self._stack.context,
            network=self._foundation.network,
            security_groups=[self._foundation.security_groups.group(name) for name in groups],
            database=self.database,
            secret=self.secret,
            key=key,
            log_retention_days=log_retention_days,
        )

    def create_cache(self, name: str, settings: RedisSettings, *, group: str) -> Redis:
        """A cache in a group."""
        return Redis(
            self._stack,
            name,
            context=self._stack.context,
            network=self._foundation.network,
            security_group=self._foundation.security_groups.group(group),
            secret=self.secret,
            settings=settings,
        )


def restore_records(
    stack: Stack, *, settings: PublicEnvironmentSettings, database: Instances | DatabaseCluster
) -> list[RestoreRecords]:
    """The record of restores of the product's database, where the settings test them."""
    if (tested := settings.tested_restores) is None:
        return []
    databases = {"database": database}
    context = stack.context
    return [RestoreRecords(stack, "restore-records", context=context, databases=databases, settings=tested)]
