"""The ECS services of OHI, from the services table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from constructs import Construct

from modules.compute.repository.image import Image
from modules.compute.repository.repository import Repository
from modules.compute.service.discovery import ServiceDiscovery
from modules.compute.service.service import Service
from modules.compute.service.start_up_order import start_up_order
from modules.context import Context
from modules.edge.load_balancer.load_balancer import LoadBalancer
from modules.edge.load_balancer.settings import TargetSettings
from modules.edge.load_balancer.target import Target
from modules.networking.dependencies import DependencyAccess
from modules.storage.file_system.file_system import FileSystem
from stacks.ohi import services as table
from stacks.ohi.schema import OhiSettings
from stacks.ohi.services import used_services
from stacks.parts import Foundation, Platform

# Streams are long: they are balanced by open connections, and clients reconnect when a task is replaced.
STREAMS = TargetSettings(algorithm="least_outstanding_requests", deregistration_delay=30)


class Services(Construct):
    """All services of the table.

    Creates, for each: its repository and image parameter, its target on the load balancer if it has a public
    host, and the service itself, after those it uses.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        foundation: Foundation,
        platform: Platform,
        discovery: ServiceDiscovery,
        load_balancer: LoadBalancer,
        access: DependencyAccess,
        volumes: Mapping[str, Mapping[str, FileSystem]],
        settings: OhiSettings,
    ) -> None:
        super().__init__(scope, id)
        self.urls: dict[str, str] = {}
        self.services: dict[str, Service] = {}
        rows = {service.name: service for service in settings.services}
        groups = foundation.security_groups
        tasks, uses = settings.tasks, used_services(settings.services)
        targets = {row.name: self._route(load_balancer, row, settings) for row in settings.services}
        for name in start_up_order(uses):
            row = rows[name]
            if settings.repositories:
                Repository(
                    self,
                    f"{name}-repository",
                    context=context,
                    service=name,
                    key=platform.key,
                    settings=settings.repositories,
                )
            self.services[name] = Service(
                self,
                name,
                context=context,
                network=foundation.network,
                cluster=platform.cluster,
                security_groups=[groups.group(name), groups.group("ecs-tasks")],
                image=Image(self, f"{name}-image", context=context, service=name),
                settings=tasks[name],
                access=access.of(row),
                target=targets[name],
                discovery=discovery if row.ports else None,
                volumes=volumes.get(name),
                after=[self.services[used] for used in uses[name]],
            )

    def _route(self, load_balancer: LoadBalancer, row: table.Service, settings: OhiSettings) -> Target | None:
        if row.host is None:
            return None
        host = f"{row.host}.{settings.zone.domain}"
        self.urls[row.name] = f"https://{host}"
        target = replace(
            STREAMS if row.name == table.SSE else TargetSettings(),
            alternate=row.strategy == "BLUE_GREEN",
            allowed_networks=settings.operator_networks if row.operators_only else None,
        )
        return load_balancer.target(row.name, port=row.ports["http"], host=host, settings=target)
