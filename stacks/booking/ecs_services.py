"""The services of Booking: web and worker, of one image."""

from __future__ import annotations

from modules.compute.repository.image import Image
from modules.compute.repository.repository import Repository
from modules.compute.service.service import Service
from modules.iam.client_access import ClientAccess
from modules.secrets.api_key import ApiKey
from modules.secrets.rotation import RunningService
from modules.storage.media.media import Media
from modules.storage.media.replica import MediaReplica
from stacks.base import Stack
from stacks.booking.connections import WEB, WORKER
from stacks.booking.data import Data
from stacks.booking.images import PGBOUNCER
from stacks.booking.schema import BookingSettings
from stacks.parts import Foundation, Ingress, Platform

# What PgBouncer needs of the parameters.
_DATABASE = ("DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD")


def media_of(stack: Stack, settings: BookingSettings) -> Media | MediaReplica:
    """The media bucket; in a recovery stack the replica that its primary keeps in the region."""
    context = stack.context
    if primary := settings.primary:
        return MediaReplica(stack, "media", context=context, primary=primary.naming, settings=settings.media)
    return Media(stack, "media", context=context, settings=settings.media)


class Services:
    """Web and worker, created in the stack like all parts.

    Creates: the repository and the image of both; the repository of PgBouncer; the media bucket; the key of
    partners, if set; the target of the API; the two services.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        foundation: Foundation,
        ingress: Ingress,
        platform: Platform,
        data: Data,
        settings: BookingSettings,
    ) -> None:
        self._stack, self._platform, self._settings = stack, platform, settings
        self.media = media_of(stack, settings)
        self.partner_key = self._create_partner_key()
        self.repository = self._create_repository("repository", "booking")
        self.image = Image(
            stack, "image", context=stack.context, service="booking", repository=self.repository.name
        )
        self.web = self._create_web(foundation, ingress, data)
        self.worker = Service(
            stack,
            WORKER.name,
            context=stack.context,
            network=foundation.network,
            cluster=platform.cluster,
            security_groups=[foundation.security_groups.group(WORKER.name)],
            image=self.image,
            settings=settings.worker_task,
            access=[data.parameters.access(), self._media_access],
            scaling_metrics={"backlog": data.queues.backlog},
        )

    @property
    def running(self) -> dict[str, RunningService]:
        """Both by the names that AWS knows them by."""
        context, cluster = self._stack.context, self._platform.cluster.name
        return {
            name: RunningService(cluster=cluster, service=Service.name_of(context, name))
            for name in (WEB.name, WORKER.name)
        }

    @property
    def _media_access(self) -> ClientAccess:
        return self.media.client_access("uploads/", write=True)

    def _create_web(self, foundation: Foundation, ingress: Ingress, data: Data) -> Service:
        settings = self._settings
        copies = self._create_repository("pgbouncer-repository", "pgbouncer")
        pooler = settings.pooler(copies.image(PGBOUNCER))
        database = data.parameters.access(*_DATABASE)
        return Service(
            self._stack,
            WEB.name,
            context=self._stack.context,
            network=foundation.network,
            cluster=self._platform.cluster,
            security_groups=[foundation.security_groups.group(WEB.name)],
            image=self.image,
            settings=settings.web_task(pooler),
            access=[
                # PgBouncer verifies the database; the service has no TLS to it.
                pooler.access(data.parameters.access(*_without(data, "DATABASE_SSLMODE"))),
                self._media_access,
                *([self.partner_key.server_access] if self.partner_key else []),
            ],
            sidecar_access={
                name: (*access, copies.pull_access)
                for name, access in pooler.sidecar_access(database).items()
            },
            target=ingress.load_balancer.target(
                WEB.name, port=WEB.ports["http"], host=settings.host, settings=settings.target
            ),
        )

    def _create_repository(self, id: str, service: str) -> Repository:
        return Repository(
            self._stack,
            id,
            context=self._stack.context,
            service=service,
            key=self._platform.key,
            settings=self._settings.repository,
        )

    def _create_partner_key(self) -> ApiKey | None:
        if self._settings.partner_key is None:
            return None
        return ApiKey(
            self._stack,
            "partner-key",
            context=self._stack.context,
            services=[self.running[WEB.name]],
            settings=self._settings.partner_key,
            log_retention_days=self._settings.web.log_retention_days,
        )


def _without(data: Data, *names: str) -> list[str]:
    return [name for name in data.parameters.settings.names if name not in names]
