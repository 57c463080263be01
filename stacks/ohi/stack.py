"""The stack of an OHI environment."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from backend import BackendSettings
from modules.compute.service.discovery import ServiceDiscovery
from modules.cost.budget import Budget
from modules.monitoring.monitoring import Monitoring
from modules.networking.dependencies import DependencyAccess
from modules.networking.subnet_plan import Tier
from modules.pause.databases import PausedDatabases
from modules.secrets.ages import AgedSecret, SecretAges
from modules.storage.file_system.file_system import FileSystem
from modules.storage.file_system.settings import FileSystemSettings
from stacks.base import Stack
from stacks.ohi.connections import ohi_connections
from stacks.ohi.data import Data
from stacks.ohi.dependencies import APP_CACHE, BLNK_CACHE, DATABASE, DEPENDENCIES
from stacks.ohi.ecs_services import Services
from stacks.ohi.schema import OhiSettings
from stacks.ohi.services import Volume
from stacks.parts import Foundation, Frontend, Ingress, Platform, restore_records


class OhiStack(Stack):
    """One environment of OHI, a health platform of container services.

    Creates: the network and its security groups; DNS and certificates; the secret, the
    database and both caches; the load balancer, the website and their web ACLs; the cluster
    with its services; dashboards, alarms and the budget.
    """

    def __init__(self, scope: Construct, name: str, *, settings: OhiSettings, state: BackendSettings) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state, primary=settings.primary)
        self._foundation = Foundation(
            self,
            connections=ohi_connections(settings.services, settings.network.cidr),
            settings=settings,
            endpoints=settings.endpoints,
        )
        self._data = Data(self, foundation=self._foundation, settings=settings)
        self._ingress = Ingress(self, foundation=self._foundation, settings=settings)
        self._platform = Platform(self, cluster=settings.cluster, protected=settings.protected)
        self._services = self._create_services(settings)
        self._pause = PausedDatabases(
            self,
            "pause",
            context=self.context,
            cluster=self._platform.cluster,
            services=[*self._services.services.values()],
            databases=[self._data.database],
            load_balancers=[self._ingress.load_balancer],
            log_retention_days=settings.log_retention_days,
        )
        self._frontend = Frontend(self, foundation=self._foundation, settings=settings)
        self._monitor(settings)
        Budget(self, "budget", context=self.context, settings=settings.budget)
        self._write_outputs()

    def _create_services(self, settings: OhiSettings) -> Services:
        network = self._foundation.network
        discovery = ServiceDiscovery(self, "discovery", context=self.context, network=network)
        return Services(
            self,
            "services",
            context=self.context,
            foundation=self._foundation,
            platform=self._platform,
            discovery=discovery,
            load_balancer=self._ingress.load_balancer,
            access=self._access(discovery, settings),
            volumes={
                service.name: {volume.path: self._file_system(service.name, volume, settings)}
                for service in settings.services
                if (volume := service.volume)
            },
            settings=settings,
        )

    def _file_system(self, service: str, volume: Volume, settings: OhiSettings) -> FileSystem:
        return FileSystem(
            self,
            f"{service}-storage",
            context=self.context,
            network=self._foundation.network,
            security_group=self._foundation.security_groups.group(service),
            key=self._platform.key,
            service=service,
            settings=FileSystemSettings(
                user_id=volume.user, group_id=volume.user, protected=settings.protected
            ),
        )

    def _access(self, discovery: ServiceDiscovery, settings: OhiSettings) -> DependencyAccess:
        data = self._data
        return DependencyAccess(
            DEPENDENCIES,
            services=settings.services,
            modules={
                DATABASE: data.login.client_access,
                APP_CACHE: data.app_cache.client_access,
                BLNK_CACHE: data.blnk_cache.client_access,
            },
            host=discovery.address,
            secret_access=data.secret.access,
        )

    def _monitor(self, settings: OhiSettings) -> None:
        ages = SecretAges(
            self,
            "secret-ages",
            context=self.context,
            secrets={"environment": AgedSecret(arn=self._data.secret.arn, days=settings.secret_days)},
            log_retention_days=settings.log_retention_days,
        )
        Monitoring(
            self,
            "monitoring",
            context=self.context,
            watch=[
                *restore_records(self, settings=settings, database=self._data.database),
                self._ingress.load_balancer,
                *self._services.services.values(),
                self._data.database,
                self._data.app_cache,
                self._data.blnk_cache,
                *self._frontend.websites,
                self._foundation.certificate,
                *self._ingress.web_acls,
                *self._frontend.web_acls,
                ages,
                self._pause,
            ],
            settings=settings.monitoring,
            # An outage of the database suppresses the alarms of the services that use it.
            causes={
                service.name: [settings.database.name]
                for service in settings.services
                if DATABASE in service.uses
            },
        )

    def _write_outputs(self) -> None:
        network = self._foundation.network
        outputs = {
            "vpc-id": network.vpc_id,
            "private-subnet-ids": network.subnet_ids(Tier.PRIVATE),
            # To be entered at the registrar, or delegated to from the parent zone.
            "name-servers": self._foundation.zone.name_servers,
            **self._frontend.outputs(
                url="website-url", bucket="website-bucket", distribution_id="distribution-id"
            ),
            "service-urls": self._services.urls,
            "cluster-name": self._platform.cluster.name,
            "secret-arn": self._data.secret.arn,
            "database-host": self._data.database.host,
        }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value, static_id=True)
