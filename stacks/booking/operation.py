"""What operates Booking: its pipeline, its pause, backups, budget and own metrics."""

from __future__ import annotations

from modules.cost.budget import Budget
from modules.delivery.pipeline.pipeline import Pipeline
from modules.delivery.pipeline.release import PipelineService
from modules.monitoring.own_metrics.own_metrics import OwnMetrics
from modules.networking.network import Network
from modules.pause.databases import PausedDatabases
from modules.resilience.backup.backup import Backups
from modules.resilience.backup.isolation import RestoreNetwork
from stacks.base import Stack
from stacks.booking.data import Data
from stacks.booking.ecs_services import Services
from stacks.booking.schema import BookingSettings
from stacks.parts import Ingress, Platform


class Operation:
    """What operates one environment, created in the stack like all parts.

    Creates: what stops and starts the database for a pause; the budget; the pipeline, backups and own
    metrics, if set.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        network: Network,
        ingress: Ingress,
        platform: Platform,
        data: Data,
        services: Services,
        settings: BookingSettings,
    ) -> None:
        both = (services.web, services.worker)
        context, log_days = stack.context, settings.web.log_retention_days
        # What has alarms of its own.
        self.watched: list[Pipeline | PausedDatabases | Backups | OwnMetrics] = []
        self.outputs: dict[str, str] = {}
        if settings.pipeline:
            pipeline = Pipeline(
                stack,
                "pipeline",
                context=context,
                cluster=platform.cluster,
                services=[PipelineService(service=service) for service in both],
                settings=settings.pipeline,
            )
            self.watched.append(pipeline)
            # What a person does before it runs for the first time.
            self.outputs["pipeline-notice"] = pipeline.notice
        self.pause = PausedDatabases(
            stack,
            "pause",
            context=context,
            cluster=platform.cluster,
            services=both,
            databases=[data.database],
            load_balancers=[ingress.load_balancer],
            log_retention_days=log_days,
        )
        self.watched.append(self.pause)
        Budget(stack, "budget", context=context, settings=settings.budget)
        if settings.backups:
            backups = Backups(
                stack,
                "backups",
                context=context,
                settings=settings.backups,
                restore_network=RestoreNetwork(
                    vpc_id=network.vpc_id, subnet_group=data.database.subnet_group
                ),
            )
            self.watched.append(backups)
        if settings.own_metrics:
            own = OwnMetrics(
                stack,
                "own-metrics",
                context=context,
                databases={"booking": data.database},
                services=services.running,
                settings=settings.own_metrics,
            )
            self.watched.append(own)
