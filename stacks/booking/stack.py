"""The stack of a Booking environment."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from backend import BackendSettings
from modules.edge.distribution.address import SiteAddress
from modules.edge.media.media import MediaDistribution
from modules.monitoring.monitoring import Monitoring
from modules.networking.subnet_plan import Tier
from modules.secrets.ages import AgedSecret, SecretAges
from modules.storage.media.replica import MediaReplica
from stacks.base import Stack
from stacks.booking.connections import booking_connections
from stacks.booking.data import Data
from stacks.booking.ecs_services import Services
from stacks.booking.operation import Operation
from stacks.booking.schema import BookingSettings
from stacks.parts import Foundation, Ingress, Platform, restore_records


class BookingStack(Stack):
    """One environment of Booking: an API in Django, its workers, and what deploys them.

    Creates: the network and its security groups; DNS and the certificate; the database, the caches and the
    parameters; the load balancer and its web ACL; the cluster with web and worker; media and their
    distribution; the pipeline, the pause, backups and the budget; dashboards and alarms.
    """

    def __init__(
        self, scope: Construct, name: str, *, settings: BookingSettings, state: BackendSettings
    ) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state, primary=settings.primary)
        self._foundation = Foundation(
            self,
            connections=booking_connections(endpoints=settings.endpoints is not None),
            settings=settings,
            endpoints=settings.endpoints,
        )
        self._data = Data(self, foundation=self._foundation, settings=settings)
        self._ingress = Ingress(self, foundation=self._foundation, settings=settings)
        self._platform = Platform(self, cluster=settings.cluster, protected=settings.protected)
        self._services = Services(
            self,
            foundation=self._foundation,
            ingress=self._ingress,
            platform=self._platform,
            data=self._data,
            settings=settings,
        )
        self._files = self._distribute(settings)
        self._operation = Operation(
            self,
            network=self._foundation.network,
            ingress=self._ingress,
            platform=self._platform,
            data=self._data,
            services=self._services,
            settings=settings,
        )
        self._monitor(settings)
        self._write_outputs(settings)

    def _distribute(self, settings: BookingSettings) -> MediaDistribution | None:
        media = self._services.media
        # A replica has the distribution of its primary.
        if settings.media_distribution is None or isinstance(media, MediaReplica):
            return None
        return MediaDistribution(
            self,
            "files",
            context=self.context,
            media=media,
            settings=settings.media_distribution,
            address=SiteAddress(zone=self._foundation.zone, certificate=self._foundation.certificate),
        )

    def _monitor(self, settings: BookingSettings) -> None:
        aged = {"environment": AgedSecret(arn=self._data.secret.arn, days=settings.secret_days)}
        if partner_key := self._services.partner_key:
            aged["partner-key"] = partner_key.aged
        ages = SecretAges(
            self,
            "secret-ages",
            context=self.context,
            secrets=aged,
            log_retention_days=settings.worker.log_retention_days,
        )
        sessions = [self._data.sessions] if self._data.sessions else []
        files = [self._files] if self._files else []
        Monitoring(
            self,
            "monitoring",
            context=self.context,
            watch=[
                self._ingress.load_balancer,
                self._services.web,
                self._services.worker,
                self._data.database,
                self._data.broker,
                self._data.queues,
                self._services.media,
                *sessions,
                *files,
                self._foundation.certificate,
                *self._ingress.web_acls,
                ages,
                *self._operation.watched,
                *restore_records(self, settings=settings, database=self._data.database),
            ],
            settings=settings.monitoring,
            # An outage of the database suppresses the alarms of both.
            causes={
                service.settings.name: [settings.database.name]
                for service in (self._services.web, self._services.worker)
            },
        )

    def _write_outputs(self, settings: BookingSettings) -> None:
        network = self._foundation.network
        outputs = {
            "vpc-id": network.vpc_id,
            "private-subnet-ids": network.subnet_ids(Tier.PRIVATE),
            # To be entered at the registrar, or delegated to from the parent zone.
            "name-servers": self._foundation.zone.name_servers,
            "api-url": f"https://{settings.host}",
            "cluster-name": self._platform.cluster.name,
            "repository-url": self._services.image.repository_url,
            "secret-arn": self._data.secret.arn,
            "parameter-path": self._data.parameters.path,
            "media-bucket": self._services.media.bucket_name,
            **self._operation.outputs,
            "database-host": self._data.database.host,
        }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value, static_id=True)
