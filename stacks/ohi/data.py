"""The data stores of OHI: secret, database, caches."""

from __future__ import annotations

from modules.databases.redis.redis import Redis
from modules.databases.redis.settings import RedisSettings
from stacks.base import Stack
from stacks.ohi.dependencies import APP_CACHE, BLNK_CACHE, DATABASE, DEPENDENCIES
from stacks.ohi.schema import OhiSettings
from stacks.parts import DataStores, Foundation


class Data(DataStores):
    """The data stores of one environment, created in the stack like all parts.

    Creates: the secret; the database and the login of its services; the caches of the application and of
    Blnk.
    """

    def __init__(self, stack: Stack, *, foundation: Foundation, settings: OhiSettings) -> None:
        super().__init__(
            stack,
            foundation=foundation,
            secret=settings.secret,
            database=settings.database,
            group=DEPENDENCIES[DATABASE].security_group,
        )
        # Of one that uses the database: no other may reach it (docs/specification/ohi.md).
        (client, *_) = [service.name for service in settings.services if DATABASE in service.uses]
        self.login = self.create_login(
            [client, "ecs-tasks"], key=settings.login_key, log_retention_days=settings.log_retention_days
        )
        self.app_cache = self._cache_of(APP_CACHE, settings.app_cache)
        self.blnk_cache = self._cache_of(BLNK_CACHE, settings.blnk_cache)

    def _cache_of(self, name: str, settings: RedisSettings) -> Redis:
        return self.create_cache(name, settings, group=DEPENDENCIES[name].security_group)
