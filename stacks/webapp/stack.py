"""Web app: the architecture of one environment."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from backend import BackendSettings
from modules.compute.cluster import Cluster
from modules.compute.image import Image
from modules.compute.repository import Repository
from modules.compute.service import Service
from modules.databases.aurora import Aurora
from modules.dns.certificate import Certificate
from modules.dns.zone import HostedZone
from modules.edge.firewall import WebApplicationFirewall
from modules.edge.load_balancer import LoadBalancer
from modules.edge.website import SiteAddress, Website
from modules.monitoring.monitoring import Monitoring
from modules.networking.network import Network
from modules.networking.subnet_plan import Tier
from modules.security.firewall import Firewall
from modules.security.key import Key
from stacks.base import Stack
from stacks.webapp.connections import API_PORT, webapp_connections
from stacks.webapp.schema import WebappSettings


class WebappStack(Stack):
    """An API on Fargate with Aurora, and a single-page frontend that calls it.

    Creates: the network and the firewall between everything in it; DNS and certificates; the database; the
    load balancer, the website and their web application firewalls; the API on its cluster; dashboards,
    alarms and whom they tell.
    """

    def __init__(
        self, scope: Construct, name: str, *, settings: WebappSettings, state: BackendSettings
    ) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state)
        self.require_provider(*settings.required_provider_versions)
        self._build_network(settings)
        self._build_domain(settings)
        self._build_data(settings)
        self._build_edge(settings)
        self._build_api(settings)
        self._build_frontend(settings)
        self._build_monitoring(settings)
        self._write_outputs(settings)

    def _build_network(self, settings: WebappSettings) -> None:
        self._network = Network(self, "network", context=self.context, settings=settings.network)
        self._firewall = Firewall(
            self,
            "firewall",
            context=self.context,
            network=self._network,
            connections=webapp_connections(),
        )

    def _build_domain(self, settings: WebappSettings) -> None:
        self._zone = HostedZone(self, "zone", context=self.context, settings=settings.zone)
        self._certificate = Certificate(
            self, "certificate", context=self.context, zone=self._zone, settings=settings.certificate
        )

    def _build_data(self, settings: WebappSettings) -> None:
        self._database = Aurora(
            self,
            "database",
            context=self.context,
            network=self._network,
            security_group=self._firewall.group("database"),
            settings=settings.database,
            tier=Tier.PRIVATE,
        )

    def _build_edge(self, settings: WebappSettings) -> None:
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

    def _build_api(self, settings: WebappSettings) -> None:
        key = Key(
            self,
            "key",
            context=self.context,
            purpose="services",
            services=("logs",),
            protected=settings.protected,
        )
        repository = Repository(
            self,
            "api-repository",
            context=self.context,
            service="api",
            key=key,
            settings=settings.repository,
        )
        self._cluster = Cluster(self, "cluster", context=self.context, key=key, settings=settings.cluster)
        self._api = Service(
            self,
            "api",
            context=self.context,
            network=self._network,
            cluster=self._cluster,
            security_groups=[self._firewall.group("api")],
            image=Image(self, "api-image", context=self.context, service="api", repository=repository.name),
            settings=settings.task,
            access=[self._database.client_access],
            target=self._load_balancer.target(
                "api", port=API_PORT, host=settings.api_host, settings=settings.target
            ),
        )

    def _build_frontend(self, settings: WebappSettings) -> None:
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

    def _build_monitoring(self, settings: WebappSettings) -> None:
        Monitoring(
            self,
            "monitoring",
            context=self.context,
            watch=[
                self._api,
                self._load_balancer,
                self._web_firewall,
                self._database,
                self._website,
                self._website_firewall,
                self._certificate,
            ],
            causes={"api": [settings.database.name]},
            settings=settings.monitoring,
        )

    def _write_outputs(self, settings: WebappSettings) -> None:
        # By the names that the specification gives them; ids of constructs are written in another way.
        outputs = {
            "VpcId": ("vpc-id", self._network.vpc_id),
            "DatabaseSecretArn": ("database-secret-arn", self._database.secret_arn),
            "ApiEndpoint": ("api-endpoint", f"https://{settings.api_host}"),
            "FrontendUrl": ("frontend-url", self._website.url),
            "FrontendBucketName": ("frontend-bucket-name", self._website.bucket.name),
            "EcsClusterName": ("ecs-cluster-name", self._cluster.name),
            # To be entered at the registrar, or delegated to from the parent zone.
            "NameServers": ("name-servers", self._zone.name_servers),
        }
        for name, (construct_id, value) in outputs.items():
            TerraformOutput(self, construct_id, value=value).override_logical_id(name)
