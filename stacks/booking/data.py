"""The data stores of Booking: secret, database, caches, and their coordinates in Parameter Store."""

from __future__ import annotations

from modules.queues.dramatiq.depth import QueueDepth
from modules.secrets.parameter_store.parameter_store import ParameterStore
from modules.secrets.parameter_store.settings import ParameterStoreSettings
from stacks.base import Stack
from stacks.booking.connections import DATABASE, DEPENDENCIES, REDIS, WORKER
from stacks.booking.schema import LOGIN_PASSWORD, SECRET_KEY, BookingSettings
from stacks.parts import DataStores, Foundation


class Data(DataStores):
    """The data stores of one environment, created in the stack like all parts.

    Creates: the secret; the database and the login of its services; the broker of the queues, and the cache
    of sessions if it is another; the metrics of the queues; the parameters that services read.
    """

    def __init__(self, stack: Stack, *, foundation: Foundation, settings: BookingSettings) -> None:
        super().__init__(
            stack,
            foundation=foundation,
            secret=settings.secret,
            database=settings.database,
            group=DEPENDENCIES[DATABASE].security_group,
        )
        self.login = self.create_login(
            # No other may reach the database and the endpoints.
            [WORKER.name],
            key=LOGIN_PASSWORD,
            log_retention_days=settings.worker.log_retention_days,
        )
        group = DEPENDENCIES[REDIS].security_group
        self.broker = self.create_cache("broker", settings.broker, group=group)
        self.sessions = (
            self.create_cache("sessions", settings.sessions, group=group) if settings.sessions else None
        )
        self.queues = QueueDepth(
            stack,
            "queues",
            context=stack.context,
            network=foundation.network,
            security_groups=[foundation.security_groups.group(WORKER.name)],
            cache=self.broker,
            settings=settings.queues,
        )
        self.parameters = ParameterStore(
            stack,
            "parameters",
            context=stack.context,
            secret=self.secret,
            settings=self._parameters(settings),
        )

    def _parameters(self, settings: BookingSettings) -> ParameterStoreSettings:
        sessions = (self.sessions or self.broker).client_access.environment
        return ParameterStoreSettings(
            values={
                **settings.variables,
                **self.login.client_access.environment,
                **self.broker.client_access.environment,
                **{f"SESSIONS_{name}": value for name, value in sessions.items()},
            },
            credentials={
                "DATABASE_PASSWORD": LOGIN_PASSWORD,
                "REDIS_AUTH_TOKEN": settings.broker.token_key,
                "SESSIONS_REDIS_AUTH_TOKEN": settings.session_cache.token_key,
                SECRET_KEY: SECRET_KEY,
            },
        )
