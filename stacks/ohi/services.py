"""The table of OHI's services, from which ports, rules, names and sizes are derived. Pure.

See docs/specification/ohi.md, "The services".
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from modules.compute.service.container_settings import ContainerSettings, heartbeat_health, http_health
from modules.compute.service.migration import ServiceMigration
from modules.compute.service.start_up_order import start_up_problems
from modules.errors import Problem, refusal
from modules.networking.dependencies import DependentService
from modules.settings import settings
from modules.values import CpuUnits, FileSystemPath, Mebibytes, Name, PosixId, SomeTasks
from stacks.ohi.blnk import BLNK_WORKER_CONTAINER, blnk_api
from stacks.ohi.dependencies import (
    APP_CACHE,
    BLNK_API,
    BLNK_CACHE,
    BLNK_WORKER,
    CLICKHOUSE,
    DATABASE,
    DEPENDENCIES,
    MONGODB,
    OTEL,
    SIGNOZ_FRONTEND,
    SIGNOZ_QUERY,
)
from stacks.ohi.observability import (
    CLICKHOUSE_CONTAINER,
    CLICKHOUSE_DATA,
    CLICKHOUSE_USER,
    COLLECTOR_CONTAINER,
    PROXY_CONTAINER,
    SIGNOZ_CONTAINER,
    SIGNOZ_DATA,
    SIGNOZ_USER,
)


class Column(StrEnum):
    """Sizes by environment: the columns of the services table."""

    PROD = "prod"
    STAGING = "staging"
    DEV = "dev"


@settings
class Volume:
    """A directory that a service keeps on an EFS file system of its own, as the POSIX user of its image."""

    path: FileSystemPath
    user: PosixId


@settings
class Service(DependentService):
    """A service of one environment: ports, public host, dependencies, container, size.

    `host` is the first label of its public name behind the load balancer; if `operators_only`, the load
    balancer knows it only for the addresses of `OhiSettings.operators`. `container` is what its image must be
    able to do (docs/image-contract.md), without ports and variables, which are added. `cpu` is in CPU units,
    `memory` in MiB; it scales from `minimum` to `maximum`, or not if both are None. `strategy`: how a
    deployment replaces its tasks. `migration`: what `infra migrate` runs.
    """

    container: ContainerSettings
    cpu: CpuUnits
    memory: Mebibytes
    count: SomeTasks
    operators_only: bool = False
    strategy: Literal["ROLLING", "BLUE_GREEN"] = "ROLLING"
    volume: Volume | None = None
    migration: ServiceMigration | None = None
    minimum: SomeTasks | None = None
    maximum: SomeTasks | None = None
    host: Name | None = None

    def problems(self) -> Iterator[Problem]:
        """A host without a port named http; a missing health check; blue/green without a host.

        Task sizes and scaling are checked by ServiceSettings.
        """
        if self.host and "http" not in self.ports:
            found = f"a port, only {', '.join(self.ports)}" if self.ports else "a port"
            why = refusal(got=f"{self.host!r} without {found}", allowed="a port named http", fix="add one")
            yield Problem(where=f"{self.name}.host", what=why)
        if self.container.health_check is None:
            allowed = "a health check of its own"
            fix = "http_health asks a port, heartbeat_health a file that it touches"
            yield Problem(
                where=f"{self.name}.container.health_check",
                what=refusal(got="none", allowed=allowed, fix=fix),
            )
        if self.strategy == "BLUE_GREEN" and (self.host is None or self.volume):
            allowed = (
                "BLUE_GREEN for a service with a host and without a volume, as the load balancer shifts it"
            )
            why = refusal(got="BLUE_GREEN", allowed=allowed, fix="keep ROLLING")
            yield Problem(where=f"{self.name}.strategy", what=why)


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A row of the table; sizes are (CPU units, MiB, count)."""

    prod: tuple[int, int, int]
    staging: tuple[int, int, int]
    dev: tuple[int, int, int]
    container: ContainerSettings
    scales: bool = False
    ports: dict[str, int] = field(default_factory=dict)
    host: str | None = None
    operators_only: bool = False
    strategy: Literal["ROLLING", "BLUE_GREEN"] = "ROLLING"
    volume: Volume | None = None
    migration: ServiceMigration | None = None
    uses: tuple[str, ...] = ()
    secret_entries: tuple[str, ...] = ()


def _web(port: int) -> ContainerSettings:
    """One of our own images, which answers /health."""
    return ContainerSettings(health_check=http_health(port))


SSE = "sse"
_BLNK_PORT = 5001
_SCALING = {Column.PROD: (2, 10), Column.STAGING: (1, 5), Column.DEV: (1, 3)}
_TABLE = {
    "api": _Row(
        prod=(1024, 2048, 3),
        staging=(512, 1024, 2),
        dev=(256, 512, 1),
        container=_web(8080),
        scales=True,
        ports={"http": 8080},
        host="api",
        uses=(DATABASE, APP_CACHE, MONGODB, BLNK_API, OTEL),
        secret_entries=("APPLICATION_KEY",),
    ),
    "graphql": _Row(
        prod=(1024, 2048, 3),
        staging=(512, 1024, 2),
        dev=(256, 512, 1),
        container=_web(8081),
        scales=True,
        ports={"http": 8081},
        host="graphql",
        uses=(DATABASE, APP_CACHE, MONGODB, BLNK_API, OTEL),
        secret_entries=("APPLICATION_KEY",),
    ),
    SSE: _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        container=_web(8082),
        scales=True,
        ports={"http": 8082},
        host="sse",
        uses=(APP_CACHE, OTEL),
        secret_entries=("APPLICATION_KEY",),
    ),
    "provider-api": _Row(
        prod=(1024, 2048, 2),
        staging=(512, 1024, 1),
        dev=(256, 512, 1),
        container=_web(3000),
        scales=True,
        ports={"http": 3000},
        host="provider",
        uses=(DATABASE, APP_CACHE, MONGODB, OTEL),
        secret_entries=("APPLICATION_KEY",),
    ),
    "reindexer": _Row(
        prod=(512, 1024, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        # It touches this file at least once in five minutes, also when it has nothing to do.
        container=ContainerSettings(health_check=heartbeat_health()),
        uses=(DATABASE, MONGODB, OTEL),
    ),
    BLNK_API: _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        container=blnk_api(_BLNK_PORT),
        ports={"http": _BLNK_PORT},
        uses=(DATABASE, BLNK_CACHE, OTEL),
        # Authenticates its callers.
        secret_entries=("BLNK_SECRET_KEY",),
    ),
    BLNK_WORKER: _Row(
        prod=(256, 512, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        container=BLNK_WORKER_CONTAINER,
        uses=(DATABASE, BLNK_CACHE, OTEL),
    ),
    CLICKHOUSE: _Row(
        prod=(2048, 4096, 1),
        staging=(1024, 2048, 1),
        dev=(512, 1024, 1),
        container=CLICKHOUSE_CONTAINER,
        volume=Volume(path=CLICKHOUSE_DATA, user=CLICKHOUSE_USER),
        ports={"http": 8123, "native": 9000},
        # Authenticates its clients.
        secret_entries=("CLICKHOUSE_PASSWORD",),
    ),
    OTEL: _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        container=COLLECTOR_CONTAINER,
        ports={"grpc": 4317, "http": 4318},
        uses=(CLICKHOUSE,),
    ),
    SIGNOZ_QUERY: _Row(
        prod=(1024, 2048, 1),
        staging=(512, 1024, 1),
        dev=(256, 512, 1),
        container=SIGNOZ_CONTAINER,
        # Its users, dashboards and alerts, in SQLite.
        volume=Volume(path=SIGNOZ_DATA, user=SIGNOZ_USER),
        ports={"http": 8080},
        uses=(CLICKHOUSE,),
        # Sign its sessions, and its administrator in.
        secret_entries=("SIGNOZ_TOKENIZER_JWT_SECRET", "SIGNOZ_ROOT_PASSWORD"),
    ),
    SIGNOZ_FRONTEND: _Row(
        prod=(256, 512, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        container=PROXY_CONTAINER,
        ports={"http": 3301},
        host="signoz",
        # Whoever sees its pages sees requests of patients.
        operators_only=True,
        uses=(SIGNOZ_QUERY,),
    ),
}


def services(column: Column) -> tuple[Service, ...]:
    """The services of one environment, sized by its column."""
    return tuple(_sized(name, row, column) for name, row in _TABLE.items())


def _sized(name: str, row: _Row, column: Column) -> Service:
    cpu, memory, count = getattr(row, column)
    minimum, maximum = _SCALING[column] if row.scales else (None, None)
    return Service(
        name=name,
        cpu=cpu,
        memory=memory,
        count=count,
        minimum=minimum,
        maximum=maximum,
        ports=row.ports,
        host=row.host,
        operators_only=row.operators_only,
        strategy=row.strategy,
        volume=row.volume,
        migration=row.migration,
        container=row.container,
        uses=row.uses,
        secret_entries=row.secret_entries,
    )


def service_problems(services: Sequence[Service], secret_keys: Collection[str]) -> Iterator[Problem]:
    """Duplicate names and hosts, SigNoz for everybody, invalid dependencies, cycles in the start-up order."""
    for field_name, values in (
        ("name", [one.name for one in services]),
        ("host", [one.host for one in services if one.host]),
    ):
        for value in sorted({value for value in values if values.count(value) > 1}):
            why = refusal(got=f"{value!r} twice", allowed="each once", fix="rename one of the two")
            yield Problem(where=f"services.{field_name}", what=why)
    for service in services:
        if service.name == SIGNOZ_FRONTEND and service.host and not service.operators_only:
            allowed = "operators_only=True, since its pages show requests of patients"
            why = refusal(got="a host for everybody", allowed=allowed, fix="or drop the host")
            yield Problem(where=f"services.{service.name}.operators_only", what=why)
    yield from DEPENDENCIES.problems(services, secret_keys)
    yield from start_up_problems(used_services(services))


def used_services(services: Sequence[Service]) -> dict[str, tuple[str, ...]]:
    """Service → the services it uses and starts after."""
    names = {service.name for service in services}
    return {service.name: tuple(used for used in service.uses if used in names) for service in services}
