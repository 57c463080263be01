"""The services of Booking: web and worker, of one image."""

from __future__ import annotations

from modules.compute.repository.image import Image
from modules.compute.repository.repository import Repository
from modules.compute.service.service import Service
from stacks.base import Stack
from stacks.booking.connections import WEB, WORKER
from stacks.booking.data import Data
from stacks.booking.schema import BookingSettings
from stacks.parts import Foundation, Ingress, Platform


class Services:
    """Web and worker, created in the stack like all parts.

    Creates: the repository and the image of both; the target of the API; the two services.
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
        self.repository = Repository(
            stack,
            "repository",
            context=stack.context,
            service="booking",
            key=platform.key,
            settings=settings.repository,
        )
        self.image = Image(
            stack, "image", context=stack.context, service="booking", repository=self.repository.name
        )
        self.web = Service(
            stack,
            WEB.name,
            context=stack.context,
            network=foundation.network,
            cluster=platform.cluster,
            security_groups=[foundation.security_groups.group(WEB.name)],
            image=self.image,
            settings=settings.web,
            access=[data.parameters.access()],
            target=ingress.load_balancer.target(
                WEB.name, port=WEB.ports["http"], host=settings.host, settings=settings.target
            ),
        )
        self.worker = Service(
            stack,
            WORKER.name,
            context=stack.context,
            network=foundation.network,
            cluster=platform.cluster,
            security_groups=[foundation.security_groups.group(WORKER.name)],
            image=self.image,
            settings=settings.worker,
            access=[data.parameters.access()],
        )
