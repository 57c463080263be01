"""One small product with everything that can be watched."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest


class Watched:
    """A product: its modules, by name."""

    def __init__(self, stack: Any, context: Any) -> None:
        self.stack, self.context = stack, context
        self._build_network()
        self._build_edge()
        self._build_services()
        self._build_databases()

    @property
    def everything(self) -> list[Any]:
        return [
            *(self.web, self.jobs, self.load_balancer, self.api_web_acl, self.aurora, self.database),
            *(self.cache, self.website, self.site_web_acl, self.certificate),
        ]

    def _build_network(self) -> None:
        from modules.networking.connections import Connections
        from modules.networking.network import Network
        from modules.networking.security_groups import SecurityGroups
        from modules.networking.settings import NatGateways, NetworkSettings

        settings = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b"), nat_gateways=NatGateways.NONE, flow_logs=None
        )
        self.network = Network(self.stack, "network", context=self.context, settings=settings)
        connections = Connections()
        for name in ("alb", "web", "jobs", "data"):
            connections.group(name)
        self.groups = SecurityGroups(
            self.stack, "firewall", context=self.context, network=self.network, connections=connections
        )

    def _build_edge(self) -> None:
        from modules.dns.certificate import Certificate
        from modules.dns.settings import HostedZoneSettings
        from modules.dns.zone import HostedZone
        from modules.edge.load_balancer.load_balancer import LoadBalancer
        from modules.edge.load_balancer.settings import LoadBalancerSettings
        from modules.edge.web_acl.settings import WebAclSettings
        from modules.edge.web_acl.web_acl import WebAcl
        from modules.edge.website.settings import WebsiteSettings
        from modules.edge.website.website import SiteAddress, Website

        stack, context = self.stack, self.context
        zone_settings = HostedZoneSettings(domain="example.com", protected=False)
        zone = HostedZone(stack, "zone", context=context, settings=zone_settings)
        self.certificate = Certificate(stack, "certificate", context=context, zone=zone)
        self.load_balancer = LoadBalancer(
            stack,
            "load-balancer",
            context=context,
            network=self.network,
            security_group=self.groups.group("alb"),
            zone=zone,
            certificate=self.certificate,
            settings=LoadBalancerSettings(protected=False),
        )

        def web_acl(name: str, scope: Any) -> Any:
            settings = WebAclSettings(scope=scope, logs=None)
            return WebAcl(stack, name, context=context, name=name, settings=settings)

        self.api_web_acl = web_acl("api-firewall", "REGIONAL")
        self.site_web_acl = web_acl("site-firewall", "CLOUDFRONT")
        self.website = Website(
            stack,
            "website",
            context=context,
            settings=WebsiteSettings(
                domains=("example.com",), additional_metrics=True, protected=False, log_retention_days=None
            ),
            address=SiteAddress(zone=zone, certificate=self.certificate),
            web_acl=self.site_web_acl,
        )

    def _build_services(self) -> None:
        from modules.compute.cluster.cluster import Cluster
        from modules.compute.cluster.settings import ClusterSettings
        from modules.compute.repository.image import Image
        from modules.compute.service.container_settings import ContainerSettings
        from modules.compute.service.scaling_settings import ScalingSettings
        from modules.compute.service.service import Service
        from modules.compute.service.settings import ServiceSettings
        from modules.kms.key import Key

        stack, context = self.stack, self.context
        key = Key(stack, "key", context=context, purpose="compute", services=["logs"], protected=False)
        cluster = Cluster(stack, "cluster", context=context, key=key, settings=ClusterSettings())

        def service(settings: Any, target: Any = None) -> Any:
            return Service(
                stack,
                settings.name,
                context=context,
                network=self.network,
                cluster=cluster,
                security_groups=[self.groups.group(settings.name)],
                image=Image(stack, f"{settings.name}-image", context=context, service=settings.name),
                settings=settings,
                target=target,
            )

        self.web = service(
            ServiceSettings(
                name="web",
                cpu=256,
                memory=512,
                count=3,
                scaling=ScalingSettings(minimum=2, maximum=4),
                container=ContainerSettings(ports={"http": 8080}),
            ),
            self.load_balancer.target("web", port=8080, host="web.example.com"),
        )
        self.jobs = service(ServiceSettings(name="jobs", cpu=256, memory=512, count=1))

    def _build_databases(self) -> None:
        from modules.databases.aurora.aurora import Aurora
        from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
        from modules.databases.postgresql.postgresql import Postgresql
        from modules.databases.postgresql.settings import PostgresqlSettings
        from modules.databases.redis.redis import Redis
        from modules.databases.redis.settings import RedisSettings
        from modules.secrets.secret import EnvironmentSecret
        from modules.secrets.settings import Generated, SecretSettings

        entries = {"DATABASE_PASSWORD": Generated(), "REDIS_AUTH_TOKEN": Generated()}
        self.secret = EnvironmentSecret(
            self.stack,
            "secret",
            context=self.context,
            settings=SecretSettings(generated=entries, protected=False),
        )
        given: dict[str, Any] = {
            "context": self.context,
            "network": self.network,
            "security_group": self.groups.group("data"),
            "secret": self.secret,
        }
        settings = PostgresqlSettings(
            name="main",
            database="shop",
            instance_class="db.t4g.medium",
            replicas=("reader-one",),
            protected=False,
        )
        self.database = Postgresql(self.stack, "main", settings=settings, **given)
        redis = RedisSettings(name="app", node_type="cache.t4g.small", protected=False)
        self.cache = Redis(self.stack, "app", settings=redis, **given)
        self.aurora = Aurora(
            self.stack,
            "aurora",
            context=self.context,
            network=self.network,
            security_group=self.groups.group("data"),
            settings=AuroraSettings(database="shop", capacity=AuroraCapacity(maximum=4), protected=False),
        )


@pytest.fixture(scope="session")
def watched_stack() -> Callable[[Any, Any], Watched]:
    """Builds the product in a stack."""
    return Watched
