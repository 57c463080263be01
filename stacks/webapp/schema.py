"""Schema of Web app's environments, with the checks across its parts. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from modules.compute.repository.settings import RepositorySettings
from modules.compute.service.settings import ServiceSettings
from modules.cost.settings import BudgetSettings
from modules.databases.aurora.settings import AuroraSettings
from modules.databases.connection_budget import OPERATIONS, RESERVED, Client
from modules.databases.logins.settings import RotatedLoginSettings
from modules.edge.load_balancer.settings import TargetSettings
from modules.errors import Problem, raised_by, refusal
from modules.secrets.settings import SecretSettings
from modules.settings import settings
from modules.values import Positive
from stacks.environment import WebsiteEnvironmentSettings
from stacks.webapp.connections import API, DEPENDENCIES


@settings
class WebappSettings(WebsiteEnvironmentSettings):
    """One environment of Web app."""

    database: AuroraSettings
    # With the password of the master user. None: RDS manages it.
    secret: SecretSettings | None = None
    # Its maximum age, in days: the entry is rotated by increasing its version.
    master_days: Positive = 180
    login: RotatedLoginSettings = RotatedLoginSettings()
    # Database connections of each task.
    database_pool_size: Positive
    # After so many seconds the API closes a connection that nobody uses, down to none; None: its own default.
    database_pool_idle_seconds: Positive | None = None
    api: ServiceSettings
    # The API is stateless.
    target: TargetSettings = TargetSettings(stickiness=None)
    repository: RepositorySettings
    budget: BudgetSettings

    @property
    def api_host(self) -> str:
        """The public name of the API."""
        return f"api.{self.zone.domain}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The domains of the zone, the website and the API."""
        return tuple(dict.fromkeys((*super().hosts, self.api_host)))

    @property
    def secret_days(self) -> int:
        """Maximum age of the API's password, in days: its rotation interval and time for retries."""
        return self.login.rotation_days + 3

    @property
    def master_secret_days(self) -> int:
        """The same of the master user's password, which RDS rotates, or people by raising its version."""
        return self.database.rotation_days + 3 if self.database.managed_password else self.master_days

    @property
    def task(self) -> ServiceSettings:
        """The settings of the API with its environment variables."""
        environment = {
            "ENVIRONMENT": self.environment.naming.environment,
            "LOG_LEVEL": self.log_level,
            "DATABASE_POOL_SIZE": str(self.database_pool_size),
            "ALLOWED_ORIGINS": ",".join(f"https://{domain}" for domain in self.website.domains),
            **self._idle_variables,
            **self.api.container.environment,
        }
        return replace(self.api, container=replace(self.api.container, environment=environment))

    @property
    def _idle_variables(self) -> dict[str, str]:
        seconds = self.database_pool_idle_seconds
        return {"DATABASE_POOL_MINIMUM": "0", "DATABASE_POOL_IDLE_SECONDS": str(seconds)} if seconds else {}

    def problems(self) -> Iterator[Problem]:
        """Contradictions between parts: domains, zones, ports, connections."""
        yield from super().problems()
        yield from self.database.zone_problems(self.network.zones)
        yield from DEPENDENCIES.problems([API])
        if self.api.container.ports.get("http") != API.ports["http"]:
            why = refusal(
                got=self.api.container.ports.get("http"),
                allowed=f"{API.ports['http']}, which the load balancer may reach",
                fix="listen there",
            )
            yield Problem(where="api.container.ports.http", what=why)
        if self.protected and len(self.database.zones) < 2:
            why = refusal(
                got=f"{len(self.database.zones)} with protected=True",
                allowed="two zones or more, to survive the loss of one",
                fix="name another zone",
            )
            yield Problem(where="database.zones", what=why)
        if self.database.managed_password is (self.secret is not None):
            why = refusal(
                got=f"managed_password={self.database.managed_password} "
                f"{'with' if self.secret else 'without'} a secret",
                allowed="a password that RDS manages, or one in the secret",
                fix="set the one, or the other",
            )
            yield Problem(where="secret", what=why)
        elif self.secret:
            yield from raised_by(partial(self.secret.check, self.database.password_key, where="secret"))
        yield from self._connection_problems()
        yield from self._pause_problems()

    def _pause_problems(self) -> Iterator[Problem]:
        if not self.database.capacity.minimum and not self.database_pool_idle_seconds:
            # Amazon Aurora user guide, "Scaling to Zero ACUs": it pauses without user connections only.
            why = refusal(
                got="None with a database that may pause",
                allowed="seconds after which an idle connection is closed: an open one keeps it awake",
                fix="set it, such as 300, or database.capacity.minimum above 0",
            )
            yield Problem(where="database_pool_idle_seconds", what=why)

    def _connection_problems(self) -> Iterator[Problem]:
        most = self.api.scaling.highest if self.api.scaling else max(self.api.count, 1)
        client = Client(
            name="api",
            tasks=most,
            pool_size=self.database_pool_size,
            deployment_percent=self.api.deployment.maximum_percent,
        )
        needed = client.connections + RESERVED + OPERATIONS
        available = self.database.capacity.max_connections
        if needed > available:
            tasks = client.tasks_while_deploying
            why = refusal(
                got=f"{needed} connections at most ({tasks} tasks × {client.pool_size} + operations "
                f"{OPERATIONS} + reserved {RESERVED})",
                allowed=f"{available} with {self.database.capacity.maximum:g} capacity units",
                fix=f"lower the pool ({max(0, available - OPERATIONS - RESERVED) // tasks} would fit), the "
                "scaling maximum, or raise the capacity",
            )
            yield Problem(where="database_pool_size", what=why)
