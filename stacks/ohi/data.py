"""The data stores of OHI: secret, database, caches."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.security_group import SecurityGroup

from modules.databases.logins.versioned import VersionedLogin
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

    Creates: the secret; the database and the login of its services; the caches of the application and of
    Blnk.
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
        self.login = VersionedLogin(
            stack,
            "database-login",
            context=stack.context,
            network=foundation.network,
            security_groups=self._client_groups(settings),
            database=self.database,
            secret=self.secret,
            key=settings.login_key,
            log_retention_days=settings.log_retention_days,
        )
        self.app_cache = self._create_cache(APP_CACHE, settings.app_cache)
        self.blnk_cache = self._create_cache(BLNK_CACHE, settings.blnk_cache)

    def _client_groups(self, settings: OhiSettings) -> list[SecurityGroup]:
        """The groups of one that uses the database: no other may reach it (docs/specification/ohi.md)."""
        (client, *_) = [service.name for service in settings.services if DATABASE in service.uses]
        return [self._foundation.security_groups.group(name) for name in (client, "ecs-tasks")]

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
