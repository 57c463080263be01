"""The data stores of OHI: secret, database, caches."""

from __future__ import annotations

from modules.databases.postgresql.postgresql import Postgresql
from modules.databases.redis.redis import Redis
from modules.databases.redis.settings import RedisSettings
from modules.secrets.secret import EnvironmentSecret
from stacks.base import Stack
from stacks.ohi.dependencies import APP_CACHE, BLNK_CACHE, DATABASE, DEPENDENCIES
from stacks.ohi.schema import OhiSettings
from stacks.parts import Foundation


class Data:
    """The data stores of one environment, created in the stack like all parts.

    Creates: the secret; the database; the caches of the application and of Blnk.
    """

    def __init__(self, stack: Stack, *, foundation: Foundation, settings: OhiSettings) -> None:
        self._stack, self._foundation = stack, foundation
        self.secret = EnvironmentSecret(stack, "secret", context=stack.context, settings=settings.secret)
        self.database = Postgresql(
            stack,
            "database",
            context=stack.context,
            network=foundation.network,
            security_group=foundation.security_groups.group(DEPENDENCIES[DATABASE].security_group),
            secret=self.secret,
            settings=settings.database,
        )
        self.app_cache = self._create_cache(APP_CACHE, settings.app_cache)
        self.blnk_cache = self._create_cache(BLNK_CACHE, settings.blnk_cache)

    def _create_cache(self, name: str, settings: RedisSettings) -> Redis:
        return Redis(
            self._stack,
            name,
            context=self._stack.context,
            network=self._foundation.network,
            security_group=self._foundation.security_groups.group(DEPENDENCIES[name].security_group),
            secret=self.secret,
            settings=settings,
        )
