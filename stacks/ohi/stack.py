"""OHI: the architecture of one environment."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from backend import BackendSettings
from modules.compute.cluster import Cluster
from modules.compute.discovery import ServiceDiscovery
from modules.compute.file_system import FileSystem, FileSystemSettings
from modules.databases.postgresql import Postgresql
from modules.databases.redis import Redis
from modules.databases.redis_settings import RedisSettings
from modules.dns.certificate import Certificate
from modules.dns.zone import HostedZone
from modules.edge.firewall import WebApplicationFirewall
from modules.edge.load_balancer import LoadBalancer
from modules.edge.website import SiteAddress, Website
from modules.monitoring.adapters import monitored_postgresql, monitored_redis
from modules.monitoring.monitoring import Monitoring
from modules.monitoring.secret_ages import AgedSecret, SecretAges
from modules.networking.endpoints import InterfaceEndpoints
from modules.networking.network import Network
from modules.networking.subnet_plan import Tier
from modules.security.firewall import Firewall
from modules.security.key import Key
from modules.security.secret import EnvironmentSecret
from stacks.base import Stack
from stacks.ohi.access import AccessTable
from stacks.ohi.connections import ohi_connections
from stacks.ohi.fleet import Fleet
from stacks.ohi.schema import OhiSettings
from stacks.ohi.services import CLICKHOUSE, DATABASE
from stacks.ohi.tasks import CLICKHOUSE_DATA, CLICKHOUSE_USER


class OhiStack(Stack):
    """A health platform of eleven container services.

    Creates: the network and the firewall between everything in it; DNS and certificates; the secret, the
    database and both caches; the load balancer, the website and their web application firewalls; the cluster
    with its eleven services; dashboards and alarms over all of it.
    """

    def __init__(self, scope: Construct, name: str, *, settings: OhiSettings, state: BackendSettings) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state)
        self.require_provider(*settings.required_provider_versions)
        self._build_network(settings)
        self._build_domain(settings)
        self._build_data(settings)
        self._build_edge(settings)
        self._build_services(settings)
        self._build_monitoring(settings)
        self._write_outputs()

    def _build_network(self, settings: OhiSettings) -> None:
        self._network = Network(self, "network", context=self.context, settings=settings.network)
        self._firewall = Firewall(
            self,
            "firewall",
            context=self.context,
            network=self._network,
            connections=ohi_connections(settings.services, settings.network.cidr),
        )
        InterfaceEndpoints(
            self,
            "endpoints",
            context=self.context,
            network=self._network,
            security_group=self._firewall.group("vpc-endpoints"),
            settings=settings.endpoints,
        )

    def _build_domain(self, settings: OhiSettings) -> None:
        self._zone = HostedZone(self, "zone", context=self.context, settings=settings.zone)
        self._certificate = Certificate(
            self, "certificate", context=self.context, zone=self._zone, settings=settings.certificate
        )

    def _build_data(self, settings: OhiSettings) -> None:
        self._secret = EnvironmentSecret(self, "secret", context=self.context, settings=settings.secret)
        self._database = Postgresql(
            self,
            "database",
            context=self.context,
            network=self._network,
            security_group=self._firewall.group("rds"),
            secret=self._secret,
            settings=settings.database,
        )
        self._app_cache = self._build_cache("app-cache", settings.app_cache)
        self._blnk_cache = self._build_cache("blnk-cache", settings.blnk_cache)

    def _build_cache(self, id: str, settings: RedisSettings) -> Redis:
        return Redis(
            self,
            id,
            context=self.context,
            network=self._network,
            security_group=self._firewall.group("elasticache"),
            secret=self._secret,
            settings=settings,
        )

    def _build_edge(self, settings: OhiSettings) -> None:
        self._load_balancer = LoadBalancer(
            self,
            "load-balancer",
            context=self.context,
            network=self._network,
            security_group=self._firewall.group("alb"),
            zone=self._zone,
            certificate=self._certificate,
            settings=settings.load_balancer,
        )
        self._web_firewall = WebApplicationFirewall(
            self, "web-firewall", context=self.context, name="alb", settings=settings.firewall
        )
        self._web_firewall.protect("load-balancer", self._load_balancer.arn)
        self._website_firewall = WebApplicationFirewall(
            self,
            "website-firewall",
            context=self.context,
            name="website",
            settings=settings.website_firewall,
        )
        self._website = Website(
            self,
            "website",
            context=self.context,
            settings=settings.website,
            address=SiteAddress(zone=self._zone, certificate=self._certificate),
            firewall=self._website_firewall,
        )

    def _build_services(self, settings: OhiSettings) -> None:
        key = Key(
            self,
            "key",
            context=self.context,
            purpose="services",
            services=("logs",),
            protected=settings.protected,
        )
        self._cluster = Cluster(self, "cluster", context=self.context, key=key, settings=settings.cluster)
        discovery = ServiceDiscovery(self, "discovery", context=self.context, network=self._network)
        storage = FileSystem(
            self,
            "clickhouse-storage",
            context=self.context,
            network=self._network,
            security_group=self._firewall.group(CLICKHOUSE),
            key=key,
            service=CLICKHOUSE,
            settings=FileSystemSettings(
                user_id=CLICKHOUSE_USER, group_id=CLICKHOUSE_USER, protected=settings.protected
            ),
        )
        self._fleet = Fleet(
            self,
            "services",
            context=self.context,
            network=self._network,
            firewall=self._firewall,
            cluster=self._cluster,
            discovery=discovery,
            load_balancer=self._load_balancer,
            access=AccessTable(
                database=self._database,
                app_cache=self._app_cache,
                blnk_cache=self._blnk_cache,
                secret=self._secret,
                discovery=discovery,
                services=settings.services,
            ),
            volumes={CLICKHOUSE: {CLICKHOUSE_DATA: storage}},
            key=key,
            settings=settings,
        )

    def _build_monitoring(self, settings: OhiSettings) -> None:
        ages = SecretAges(
            self,
            "secret-ages",
            context=self.context,
            secrets={"environment": AgedSecret(arn=self._secret.arn, days=settings.secret_days)},
            log_retention_days=settings.log_retention_days,
        )
        Monitoring(
            self,
            "monitoring",
            context=self.context,
            watch=[
                self._load_balancer,
                *self._fleet.services.values(),
                monitored_postgresql(self._database, self.context),
                monitored_redis(self._app_cache),
                monitored_redis(self._blnk_cache),
                self._website,
                self._certificate,
                self._web_firewall,
                self._website_firewall,
                ages,
            ],
            settings=settings.monitoring,
            # One cause, one message: what only fails because the database does is held back.
            causes={
                service.name: [settings.database.name]
                for service in settings.services
                if DATABASE in service.uses
            },
        )

    def _write_outputs(self) -> None:
        outputs = {
            "vpc-id": self._network.vpc_id,
            "private-subnet-ids": self._network.subnet_ids(Tier.PRIVATE),
            # To be entered at the registrar, or delegated to from the parent zone.
            "name-servers": self._zone.name_servers,
            "website-url": self._website.url,
            "website-bucket": self._website.bucket.name,
            "distribution-id": self._website.distribution_id,
            "service-urls": self._fleet.urls,
            "cluster-name": self._cluster.name,
            "secret-arn": self._secret.arn,
            "database-host": self._database.host,
        }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value, static_id=True)
