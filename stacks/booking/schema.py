"""Schema of Booking's environments, with the checks across its parts. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from modules.compute.pgbouncer.pgbouncer import PgBouncer
from modules.compute.pgbouncer.settings import PgBouncerSettings
from modules.compute.repository.settings import RepositorySettings
from modules.compute.service.settings import ServiceSettings
from modules.cost.settings import BudgetSettings
from modules.databases.connection_budget import Client, check_connection_budget
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.databases.redis.settings import RedisSettings
from modules.delivery.pipeline.settings import PipelineSettings
from modules.dns.names import name_problems
from modules.edge.load_balancer.settings import HealthCheckSettings, TargetSettings
from modules.edge.media.settings import MediaDistributionSettings
from modules.errors import Problem, raised_by, refusal
from modules.monitoring.own_metrics.settings import OwnMetricSettings
from modules.networking.settings import InterfaceEndpointSettings, NatGateways
from modules.queues.dramatiq.broker import broker_problems
from modules.queues.dramatiq.settings import DramatiqWorkerSettings, QueueDepthSettings
from modules.resilience.backup.settings import BackupSettings
from modules.secrets.settings import ApiKeySettings, SecretSettings
from modules.settings import settings
from modules.storage.media.settings import MediaSettings
from modules.values import Origin, Positive
from stacks.booking.connections import DEPENDENCIES, WEB, WORKER
from stacks.environment import PublicEnvironmentSettings

LOGIN_PASSWORD, SECRET_KEY = "DATABASE_LOGIN_PASSWORD", "DJANGO_SECRET_KEY"
# What the functions in the network use, which have no public address.
FUNCTION_ENDPOINTS = ("secretsmanager",)
# What a worker has that says nothing of what `dramatiq` decides, and where it is said.
_UNSET_WORKER = ServiceSettings(name="unset", cpu=256, memory=512)
_SAID_BY = {"container": "dramatiq", "task_protection": "dramatiq.protection_minutes"}


@settings
class BookingSettings(PublicEnvironmentSettings):
    """One environment of Booking."""

    # The public name of the API.
    host: str
    # Origins of the frontend, which is hosted elsewhere.
    frontends: tuple[Origin, ...]
    secret: SecretSettings
    database: PostgresqlSettings
    # Dramatiq's queues, and sessions where these have no cache of their own.
    broker: RedisSettings
    sessions: RedisSettings | None = None
    # None: the functions reach AWS by a NAT gateway.
    endpoints: InterfaceEndpointSettings | None = None
    repository: RepositorySettings = RepositorySettings(shared=False)
    web: ServiceSettings
    pgbouncer: PgBouncerSettings
    worker: ServiceSettings
    dramatiq: DramatiqWorkerSettings
    queues: QueueDepthSettings
    media: MediaSettings
    # None: files are read by presigned URLs.
    media_distribution: MediaDistributionSettings | None
    # None: another environment's pipeline deploys its images.
    pipeline: PipelineSettings | None
    # A key for other servers that call the API. None: there are none.
    partner_key: ApiKeySettings | None
    # None: the database's own backups alone.
    backups: BackupSettings | None
    budget: BudgetSettings
    # Metrics that AWS lacks; each has a price.
    own_metrics: OwnMetricSettings | None
    target: TargetSettings = TargetSettings(health=HealthCheckSettings(path="/health/"), stickiness=None)
    # Maximum age of the secret, in days. Its entries are rotated by increasing their versions.
    secret_days: Positive = 180

    @property
    def hosts(self) -> tuple[str, ...]:
        """The domains of the zone, of the API and of the files."""
        files = self.media_distribution.domains if self.media_distribution else ()
        return tuple(dict.fromkeys((*super().hosts, self.host, *files)))

    @property
    def session_cache(self) -> RedisSettings:
        """The cache of sessions: its own, else the broker's."""
        return self.sessions or self.broker

    @property
    def variables(self) -> dict[str, str]:
        """Plain configuration of both services, which Parameter Store holds."""
        return {
            "ENVIRONMENT": self.environment.naming.environment,
            "LOG_LEVEL": self.log_level,
            "ALLOWED_HOSTS": self.host,
            "CORS_ALLOWED_ORIGINS": ",".join(self.frontends),
        }

    def pooler(self, image: str) -> PgBouncer:
        """PgBouncer in the tasks of the API, with the copy of its image."""
        return PgBouncer(settings=replace(self.pgbouncer, image=image), region=self.environment.region)

    def web_task(self, pooler: PgBouncer) -> ServiceSettings:
        """The settings of the API with its sidecar."""
        return replace(self.web, container=pooler.container(self.web.container), sidecars=pooler.sidecars)

    @property
    def worker_task(self) -> ServiceSettings:
        """The settings of the worker with its command."""
        return replace(
            self.worker,
            container=self.dramatiq.container,
            task_protection=self.dramatiq.protection_minutes is not None,
        )

    def problems(self) -> Iterator[Problem]:
        """Contradictions between parts: domains, zones, endpoints, entries of the secret, connections."""
        yield from super().problems()
        yield from name_problems("host", self.host, self.zone.domain)
        yield from DEPENDENCIES.problems([WEB, WORKER])
        zones = len(self.network.zones)
        yield from self.database.zone_problems(zones)
        for cache in (self.broker, self.session_cache):
            yield from cache.zone_problems(zones)
        yield from broker_problems(self.broker)
        for domain in self.media_distribution.domains if self.media_distribution else ():
            yield from name_problems("media_distribution.domains", domain, self.zone.domain)
        yield from self._egress_problems()
        yield from self._port_problems()
        yield from raised_by(self._check_connection_budget)
        yield from self._worker_problems()
        tokens = (self.broker.token_key, self.session_cache.token_key)
        for key in dict.fromkeys((LOGIN_PASSWORD, SECRET_KEY, self.database.password_key, *tokens)):
            yield from raised_by(partial(self.secret.check, key, where="secret"))

    def _egress_problems(self) -> Iterator[Problem]:
        """Tasks and functions that reach no AWS service."""
        if self.network.nat_gateways is not NatGateways.NONE:
            return
        for service in (self.web, self.worker):
            if not service.public_ip:
                why = refusal(
                    got="no public address without a NAT gateway",
                    allowed="a public address, which nobody may connect to, or NAT gateways",
                    fix="set public_ip=True, or network.nat_gateways",
                )
                yield Problem(where=f"{service.name}.public_ip", what=why)
        known = self.endpoints.services if self.endpoints else ()
        if missing := [one for one in FUNCTION_ENDPOINTS if one not in known]:
            why = refusal(
                got=f"none of {', '.join(missing)} without a NAT gateway",
                allowed="an endpoint of each service that functions in the network use",
                fix="add it to endpoints.services, or set network.nat_gateways",
            )
            yield Problem(where="endpoints", what=why)

    def _port_problems(self) -> Iterator[Problem]:
        if (got := self.web.container.ports.get("http")) != WEB.ports["http"]:
            allowed = f"{WEB.ports['http']}, which the load balancer may reach"
            yield Problem(
                where="web.container.ports.http", what=refusal(got=got, allowed=allowed, fix="listen there")
            )

    def _worker_problems(self) -> Iterator[Problem]:
        """What the worker's own settings say and `dramatiq` decides."""
        for name in ("container", "task_protection"):
            if getattr(self.worker, name) != getattr(_UNSET_WORKER, name):
                why = refusal(
                    got="a value", allowed="none: dramatiq decides it", fix=f"say it in {_SAID_BY[name]}"
                )
                yield Problem(where=f"worker.{name}", what=why)

    def _check_connection_budget(self) -> None:
        clients = [
            self.pgbouncer.client(
                WEB.name,
                tasks=_most(self.web),
                deployment_percent=self.web.deployment.maximum_percent,
            ),
            Client(
                name=WORKER.name,
                tasks=_most(self.worker),
                # Each thread has a connection of its own.
                pool_size=self.dramatiq.processes * self.dramatiq.threads,
                deployment_percent=self.worker.deployment.maximum_percent,
            ),
        ]
        check_connection_budget(
            clients,
            database=self.environment.naming.base,
            instance_class=self.database.instance_class,
        )


def _most(service: ServiceSettings) -> int:
    return max(service.scaling.highest if service.scaling else service.count, 1)
