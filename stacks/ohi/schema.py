"""Schema of OHI's environments, with the checks across its parts. Pure."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from ipaddress import IPv4Network

from modules.compute.repository.settings import RepositorySettings
from modules.compute.service.settings import ServiceSettings
from modules.cost.settings import BudgetSettings
from modules.databases.connection_budget import Client, check_connection_budget
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.databases.redis.settings import RedisSettings
from modules.errors import Problem, raised_by, refusal
from modules.log_retention import RetentionDays
from modules.monitoring.settings import Email
from modules.networking.settings import InterfaceEndpointSettings
from modules.secrets.settings import SecretSettings
from modules.settings import collecting_problems, settings
from modules.values import EntryName, Positive
from stacks.environment import WebsiteEnvironmentSettings
from stacks.ohi.connections import ohi_connections
from stacks.ohi.dependencies import DATABASE, SIGNOZ_FRONTEND, SIGNOZ_QUERY
from stacks.ohi.services import Service, service_problems
from stacks.ohi.tasks import task_settings

# How much longer than the load balancer a target keeps an idle connection open, in seconds.
_LONGER = 10


@settings
class OhiSettings(WebsiteEnvironmentSettings):
    """One environment of OHI."""

    # None: tasks reach AWS by the NAT gateways.
    endpoints: InterfaceEndpointSettings | None
    services: tuple[Service, ...]
    secret: SecretSettings
    database: PostgresqlSettings
    # The entry with the password that services log in with; the database's own is the master user's.
    login_key: EntryName = "DATABASE_LOGIN_PASSWORD"
    app_cache: RedisSettings
    blnk_cache: RedisSettings
    # None where another environment of the same account creates them.
    repositories: RepositorySettings | None
    log_retention_days: RetentionDays
    budget: BudgetSettings
    # Database connections of each task.
    database_pool_size: Positive
    # Maximum age of the secret, in days. Its entries are rotated by increasing their versions.
    secret_days: Positive = 180
    # E-mail address of SigNoz's administrator; the password is the entry SIGNOZ_ROOT_PASSWORD of the secret.
    signoz_administrator: Email
    # Public addresses of the people who operate it: office, VPN. The load balancer knows hosts with
    # `operators_only` for these alone. None by default: then they are reached from inside the network only.
    operators: tuple[IPv4Network, ...] = ()

    @property
    def service_names(self) -> tuple[str, ...]:
        """The names of the services of the table."""
        return tuple(one.name for one in self.services)

    @property
    def signoz_url(self) -> str:
        """Where SigNoz's pages are; without its proxy, inside its task only."""
        hosts = [one.host for one in self.services if one.name == SIGNOZ_FRONTEND and one.host]
        return f"https://{hosts[0]}.{self.zone.domain}" if hosts else "http://localhost:8080"

    @property
    def operator_networks(self) -> tuple[IPv4Network, ...]:
        """Source addresses for which the load balancer knows hosts with `operators_only`."""
        return self.operators or (self.network.cidr,)

    @cached_property
    def tasks(self) -> dict[str, ServiceSettings]:
        """Service → its ServiceSettings. Raises ProblemsError with the problems of all services."""
        with collecting_problems():
            return {service.name: self._task(service) for service in self.services}

    def problems(self) -> Iterator[Problem]:
        """Contradictions between parts: services, domains, zones, entries of the secret, connections."""
        yield from super().problems()
        yield from service_problems(self.services, self.secret.keys)
        if not any(DATABASE in service.uses for service in self.services):
            why = refusal(
                got=f"none that uses {DATABASE!r}",
                allowed="one or more: the function that creates its login has the network of one of them",
                fix=f"name {DATABASE!r} in uses= of a service",
            )
            yield Problem(where="services", what=why)
        if missing := [str(one) for one in self.operators if one not in self.web_acl.allowed]:
            allowed = "operators that web_acl.allowed names too"
            fix = "add them there: the firewall takes the SQL in SigNoz's requests for an attack"
            yield Problem(where="operators", what=refusal(got=", ".join(missing), allowed=allowed, fix=fix))
        for store in (self.database, self.app_cache, self.blnk_cache):
            yield from store.zone_problems(len(self.network.zones))
        keys = (
            self.login_key,
            self.database.password_key,
            self.app_cache.token_key,
            self.blnk_cache.token_key,
        )
        checks: list[Callable[[], object]] = [
            lambda: ohi_connections(self.services, self.network.cidr),
            lambda: self.tasks,
            *(partial(self.secret.check, key, where="secret") for key in keys),
            self._check_connection_budget,
        ]
        for check in checks:
            yield from raised_by(check)

    def _task(self, service: Service) -> ServiceSettings:
        return task_settings(
            service,
            environment=self._variables(service),
            pool_size=self.database_pool_size,
            log_retention_days=self.log_retention_days,
        )

    def _variables(self, service: Service) -> dict[str, str]:
        environment = self.environment.naming.environment
        found = {
            "ENVIRONMENT": environment,
            "LOG_LEVEL": self.log_level,
            "OTEL_RESOURCE_ATTRIBUTES": f"service.namespace=ohi,deployment.environment={environment}",
        }
        if service.host:
            # An idle connection that the target closes first is a 502 for somebody.
            found["KEEP_ALIVE_SECONDS"] = str(self.load_balancer.idle_timeout + _LONGER)
        if service.name == SIGNOZ_QUERY:
            found["SIGNOZ_USER_ROOT_EMAIL"] = self.signoz_administrator
            # Links in its messages.
            for name in ("SIGNOZ_GLOBAL_EXTERNAL__URL", "SIGNOZ_ALERTMANAGER_SIGNOZ_EXTERNAL__URL"):
                found[name] = self.signoz_url
        return found

    def _check_connection_budget(self) -> None:
        clients = [
            Client(
                name=service.name, tasks=service.maximum or service.count, pool_size=self.database_pool_size
            )
            for service in self.services
            if DATABASE in service.uses
        ]
        check_connection_budget(
            clients,
            database=self.environment.naming.base,
            instance_class=self.database.instance_class,
        )
