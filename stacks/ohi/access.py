"""What whatever a service uses gives it: addresses in plain variables, credentials by reference."""

from __future__ import annotations

from collections.abc import Sequence

from modules.compute.service.discovery import ServiceDiscovery
from modules.iam.client_access import ClientAccess
from stacks.ohi.data import Data
from stacks.ohi.services import (
    APP_CACHE,
    BLNK_API,
    BLNK_CACHE,
    CLICKHOUSE,
    DATABASE,
    MONGODB,
    OTEL,
    SIGNOZ_QUERY,
    Service,
)


class AccessTable:
    """By the name of what is used, what it gives to its clients."""

    def __init__(self, *, data: Data, discovery: ServiceDiscovery, services: Sequence[Service]) -> None:
        self._secret = data.secret
        url = {
            f"{service.name} {port}": f"http://{discovery.address(service.name)}:{number}"
            for service in services
            for port, number in service.ports.items()
        }
        self._given = {
            DATABASE: data.database.client_access,
            APP_CACHE: data.app_cache.client_access,
            BLNK_CACHE: data.blnk_cache.client_access,
            MONGODB: self._credentials("MONGODB_URL"),
            BLNK_API: self._credentials("BLNK_SECRET_KEY", BLNK_API_URL=url[f"{BLNK_API} http"]),
            OTEL: self._credentials(OTEL_EXPORTER_OTLP_ENDPOINT=url[f"{OTEL} grpc"]),
            CLICKHOUSE: self._credentials(
                "CLICKHOUSE_PASSWORD", CLICKHOUSE_HOST=discovery.address(CLICKHOUSE)
            ),
            SIGNOZ_QUERY: self._credentials(SIGNOZ_QUERY_URL=url[f"{SIGNOZ_QUERY} http"]),
        }

    def of(self, service: Service) -> list[ClientAccess]:
        """Everything one service is given: by what it uses, and what it checks its own clients by."""
        own = {
            CLICKHOUSE: ["CLICKHOUSE_PASSWORD"],
            BLNK_API: ["BLNK_SECRET_KEY"],
        }.get(service.name, ["APPLICATION_KEY"] if APP_CACHE in service.uses else [])
        given = [self._given[used] for used in service.uses]
        return [*given, self._credentials(*own)] if own else given

    def _credentials(self, *keys: str, **environment: str) -> ClientAccess:
        """Entries of the secret under their own names, and plain variables."""
        by_reference = self._secret.access({key: key for key in keys})
        return ClientAccess(
            environment=environment,
            secrets=by_reference.secrets,
            execution_statements=by_reference.execution_statements if keys else (),
        )
