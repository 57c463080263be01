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
from modules.dns.zone import HostedZone
from modules.edge.load_balancer.load_balancer import LoadBalancer
from modules.edge.web_acl.settings import WebAclSettings
from modules.edge.web_acl.web_acl import WebAcl
from modules.edge.website.website import SiteAddress, Website
from modules.kms.key import Key
from modules.log_retention import RetentionDays
from modules.networking.connections import Connections
from modules.networking.endpoints import InterfaceEndpoints
from modules.networking.network import Network
from modules.networking.security_groups import SecurityGroups
from modules.networking.settings import InterfaceEndpointSettings
from modules.secrets.secret import EnvironmentSecret
from modules.secrets.settings import SecretSettings
from stacks.base import Stack
from stacks.environment import PublicEnvironmentSettings, WebsiteEnvironmentSettings


class Foundation:
    """Network and DNS.

    Creates: the network; its security groups, from `connections`; interface endpoints, if
    set, in the group "vpc-endpoints"; the zone and its certificate.
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
        self.zone = HostedZone(stack, "zone", context=context, settings=settings.zone)
        self.certificate = Certificate(
            stack, "certificate", context=context, zone=self.zone, settings=settings.certificate
        )


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

    Creates: the web ACL; the website.
    """

    def __init__(self, stack: Stack, *, foundation: Foundation, settings: WebsiteEnvironmentSettings) -> None:
        self.web_acl = WebAcl(
            stack,
            "website-firewall",
            context=stack.context,
            name="website",
            settings=settings.website_web_acl,
        )
        self.website = Website(
            stack,
            "website",
            context=stack.context,
            settings=settings.website,
            address=SiteAddress(zone=foundation.zone, certificate=foundation.certificate),
            web_acl=self.web_acl,
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
        self.secret = EnvironmentSecret(stack, "secret", context=stack.context, settings=secret)
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
