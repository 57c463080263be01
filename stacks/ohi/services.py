"""The table of OHI's services, from which ports, rules, names and sizes are derived. Pure.

See docs/specification/ohi.md, "The services".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import PositiveInt

from modules.compute.service.start_up_order import start_up_problems
from modules.errors import Problem, refusal
from modules.networking.dependencies import DependentService
from modules.settings import settings
from stacks.ohi.dependencies import (
    APP_CACHE,
    BLNK_API,
    BLNK_CACHE,
    CLICKHOUSE,
    DATABASE,
    DEPENDENCIES,
    MONGODB,
    OTEL,
    SIGNOZ_QUERY,
)


class Column(StrEnum):
    """Sizes by environment: the columns of the services table."""

    PROD = "prod"
    STAGING = "staging"
    DEV = "dev"


@settings
class Service(DependentService):
    """A service of one environment: ports, public host, dependencies, size.

    `host` is the first label of its public name behind the load balancer. `cpu` is in CPU units, `memory` in
    MiB; it scales from `minimum` to `maximum`, or not if both are None.
    """

    cpu: PositiveInt
    memory: PositiveInt
    count: PositiveInt
    minimum: PositiveInt | None = None
    maximum: PositiveInt | None = None
    host: str | None = None

    def problems(self) -> Iterator[Problem]:
        """A public host without a port named http; task sizes and scaling are checked by ServiceSettings."""
        if self.host and "http" not in self.ports:
            found = f"a port, only {', '.join(self.ports)}" if self.ports else "a port"
            why = refusal(got=f"{self.host!r} without {found}", allowed="a port named http", fix="add one")
            yield Problem(where=f"{self.name}.host", what=why)


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A row of the table; sizes are (CPU units, MiB, count)."""

    prod: tuple[int, int, int]
    staging: tuple[int, int, int]
    dev: tuple[int, int, int]
    scales: bool = False
    ports: dict[str, int] = field(default_factory=dict)
    host: str | None = None
    uses: tuple[str, ...] = ()
    secret_entries: tuple[str, ...] = ()


SSE = "sse"
_SCALING = {Column.PROD: (2, 10), Column.STAGING: (1, 5), Column.DEV: (1, 3)}
_TABLE = {
    "api": _Row(
        prod=(1024, 2048, 3),
        staging=(512, 1024, 2),
        dev=(256, 512, 1),
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
        uses=(DATABASE, MONGODB, OTEL),
    ),
    BLNK_API: _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        ports={"http": 5001},
        uses=(DATABASE, BLNK_CACHE, OTEL),
        # Authenticates its callers.
        secret_entries=("BLNK_SECRET_KEY",),
    ),
    "blnk-worker": _Row(
        prod=(256, 512, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        uses=(DATABASE, BLNK_CACHE, OTEL),
    ),
    CLICKHOUSE: _Row(
        prod=(2048, 4096, 1),
        staging=(1024, 2048, 1),
        dev=(512, 1024, 1),
        ports={"http": 8123, "native": 9000},
        # Authenticates its clients.
        secret_entries=("CLICKHOUSE_PASSWORD",),
    ),
    OTEL: _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        ports={"grpc": 4317, "http": 4318},
        uses=(CLICKHOUSE,),
    ),
    SIGNOZ_QUERY: _Row(
        prod=(1024, 2048, 1),
        staging=(512, 1024, 1),
        dev=(256, 512, 1),
        ports={"http": 8080},
        uses=(CLICKHOUSE,),
    ),
    "signoz-frontend": _Row(
        prod=(256, 512, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        ports={"http": 3301},
        host="signoz",
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
        uses=row.uses,
        secret_entries=row.secret_entries,
    )


def service_problems(services: Sequence[Service], secret_keys: Collection[str]) -> Iterator[Problem]:
    """Duplicate names and hosts, invalid dependencies, cycles in the start-up order."""
    for field_name, values in (
        ("name", [one.name for one in services]),
        ("host", [one.host for one in services if one.host]),
    ):
        for value in sorted({value for value in values if values.count(value) > 1}):
            why = refusal(got=f"{value!r} twice", allowed="each once", fix="rename one of the two")
            yield Problem(where=f"services.{field_name}", what=why)
    if CLICKHOUSE not in {service.name for service in services}:
        allowed = f"a row for {CLICKHOUSE}, whose file system the stack creates"
        yield Problem(where="services", what=refusal(got="none", allowed=allowed, fix="add the row"))
    yield from DEPENDENCIES.problems(services, secret_keys)
    yield from start_up_problems(used_services(services))


def used_services(services: Sequence[Service]) -> dict[str, tuple[str, ...]]:
    """Service → the services it uses and starts after."""
    names = {service.name for service in services}
    return {service.name: tuple(used for used in service.uses if used in names) for service in services}
