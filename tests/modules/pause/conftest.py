"""A small product that has one of everything that a pause changes."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


class Product:
    """A load balancer, a service with scaling and one without, two databases, alarms and a schedule."""

    def __init__(self, stack: Any, context: Any, *, replicas: tuple[str, ...] = ()) -> None:
        self.stack, self.context = stack, context
        self._found()
        self._create_databases(replicas)
        self._balance()
        self.services = self._create_services()
        self._pause()
        self._monitor()

    def _found(self) -> None:
        from modules.dns.certificate import Certificate
        from modules.dns.settings import HostedZoneSettings
        from modules.dns.zone import HostedZone
        from modules.networking.connections import Connections
        from modules.networking.network import Network
        from modules.networking.security_groups import SecurityGroups
        from modules.networking.settings import NatGateways, NetworkSettings

        given: Any = {"context": self.context}
        network = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"),
            zones=("a", "b"),
            nat_gateways=NatGateways.SINGLE,
            nat_while_paused=False,
            flow_logs=None,
        )
        self.network = Network(self.stack, "network", settings=network, **given)
        connections = Connections()
        for name in ("alb", "web", "data"):
            connections.group(name)
        self.groups = SecurityGroups(
            self.stack, "firewall", network=self.network, connections=connections, **given
        )
        zone = HostedZoneSettings(domain="example.com", protected=False)
        self.zone = HostedZone(self.stack, "zone", settings=zone, **given)
        self.certificate = Certificate(self.stack, "certificate", zone=self.zone, **given)

    def _create_databases(self, replicas: tuple[str, ...]) -> None:
        from modules.databases.aurora.aurora import Aurora
        from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
        from modules.databases.postgresql.postgresql import Postgresql
        from modules.databases.postgresql.settings import PostgresqlSettings

        given: Any = {
            "context": self.context,
            "network": self.network,
            "security_group": self.groups.group("data"),
        }
        own = PostgresqlSettings(
            name="database",
            instance_class="db.t4g.micro",
            storage=20,
            database="shop",
            # RDS manages no password of an instance with replicas.
            managed_password=not replicas,
            replicas=replicas,
            protected=False,
        )
        secret = self._secret() if replicas else None
        self.database = Postgresql(self.stack, "database", settings=own, secret=secret, **given)
        capacity = AuroraCapacity(minimum=0.5, maximum=2)
        aurora = AuroraSettings(database="shop", capacity=capacity, zones=("a",), protected=False)
        self.aurora = Aurora(self.stack, "aurora", settings=aurora, **given)

    def _secret(self) -> Any:
        from modules.secrets.secret import EnvironmentSecret
        from modules.secrets.settings import Generated, SecretSettings

        settings = SecretSettings(generated={"DATABASE_PASSWORD": Generated()}, protected=False)
        return EnvironmentSecret(self.stack, "secret", context=self.context, settings=settings)

    def _balance(self) -> None:
        from modules.edge.load_balancer.load_balancer import LoadBalancer
        from modules.edge.load_balancer.settings import LoadBalancerSettings

        self.load_balancer = LoadBalancer(
            self.stack,
            "load-balancer",
            context=self.context,
            network=self.network,
            security_group=self.groups.group("alb"),
            zone=self.zone,
            certificate=self.certificate,
            settings=LoadBalancerSettings(protected=False, logs=None),
        )

    def _create_services(self) -> list[Any]:
        from modules.compute.cluster.cluster import Cluster
        from modules.compute.cluster.settings import ClusterSettings
        from modules.compute.repository.image import Image
        from modules.compute.service.container_settings import ContainerSettings
        from modules.compute.service.scaling_settings import ScalingSettings
        from modules.compute.service.service import Service
        from modules.compute.service.settings import ServiceSettings
        from modules.kms.key import Key

        given: Any = {"context": self.context}
        key = Key(self.stack, "key", purpose="compute", services=["logs"], protected=False, **given)
        self.cluster = Cluster(self.stack, "cluster", key=key, settings=ClusterSettings(), **given)
        web = ServiceSettings(
            name="web",
            cpu=256,
            memory=512,
            count=2,
            container=ContainerSettings(ports={"http": 8080}),
            scaling=ScalingSettings(minimum=2, maximum=4),
        )
        jobs = ServiceSettings(name="jobs", cpu=256, memory=512, count=1)
        target = self.load_balancer.target("web", port=8080, host="shop.example.com")
        return [
            Service(
                self.stack,
                settings.name,
                network=self.network,
                cluster=self.cluster,
                security_groups=[self.groups.group("web")],
                image=Image(self.stack, f"{settings.name}-image", service=settings.name, **given),
                settings=settings,
                target=target if settings is web else None,
                **given,
            )
            for settings in (web, jobs)
        ]

    def _pause(self) -> None:
        from modules.pause.databases import PausedDatabases

        self.pause = PausedDatabases(
            self.stack,
            "pause",
            context=self.context,
            cluster=self.cluster,
            services=self.services,
            databases=[self.database],
            load_balancers=[self.load_balancer],
        )

    def _monitor(self) -> None:
        from modules.monitoring.monitoring import Monitoring
        from modules.monitoring.settings import MonitoringSettings, TopicSettings
        from modules.secrets.ages import AgedSecret, SecretAges

        aged = {"aurora": AgedSecret(arn=self.aurora.secret_arn, days=90)}
        ages = SecretAges(self.stack, "secret-ages", context=self.context, secrets=aged)
        Monitoring(
            self.stack,
            "monitoring",
            context=self.context,
            watch=[self.services[0], self.database, ages, self.pause],
            causes={"web": ["database"]},
            settings=MonitoringSettings(warning=TopicSettings(emails=("team@example.com",))),
        )


@pytest.fixture(scope="session")
def product(synthesize_module: Callable[..., Json]) -> Callable[..., Json]:
    """`product()` gives the JSON of the product; `output` and `paused` as for a module."""

    def build(*, output: Path | None = None, paused: bool = False, **given: Any) -> Json:
        def fill(stack: Any, context: Any) -> None:
            Product(stack, context, **given)

        return synthesize_module(fill, output, paused=paused)

    return build
