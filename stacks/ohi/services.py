"""OHI's services: one table, from which ports, rules, names and sizes follow (spec, "The services"). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import PositiveInt

from modules.compute.service.start_up_order import start_up_problems
from modules.errors import Problem, refusal
from modules.settings import settings


class Column(StrEnum):
    """The columns of the services table."""

    PROD = "prod"
    STAGING = "staging"
    DEV = "dev"


@settings
class Service:
    """One container service of one environment: what it listens on, who reaches it, what it uses, its size.

    `ports` is name → number, empty for a background service. `host` is the first label of its public name
    behind the load balancer. `uses` names the services and stores it opens connections to. `cpu` is in CPU
    units, `memory` in MiB; it scales from `minimum` to `maximum`, or not at all where both are None.
    """

    name: str
    cpu: PositiveInt
    memory: PositiveInt
    count: PositiveInt
    minimum: PositiveInt | None = None
    maximum: PositiveInt | None = None
    ports: dict[str, int] = field(default_factory=dict)
    host: str | None = None
    uses: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """A public host that nothing answers; the task and its scaling are checked by the task's settings."""
        if self.host and not self.ports:
            why = refusal(got=f"{self.host!r} without a port", allowed="a host on a port", fix="add one")
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


OTEL, CLICKHOUSE = "otel-collector", "clickhouse"
SSE = "sse"
BLNK_API, SIGNOZ_QUERY = "blnk-api", "signoz-query"
DATABASE, MONGODB = "rds", "mongodb"
APP_CACHE, BLNK_CACHE = "app-cache", "blnk-cache"
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
    ),
    "graphql": _Row(
        prod=(1024, 2048, 3),
        staging=(512, 1024, 2),
        dev=(256, 512, 1),
        scales=True,
        ports={"http": 8081},
        host="graphql",
        uses=(DATABASE, APP_CACHE, MONGODB, BLNK_API, OTEL),
    ),
    SSE: _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        scales=True,
        ports={"http": 8082},
        host="sse",
        uses=(APP_CACHE, OTEL),
    ),
    "provider-api": _Row(
        prod=(1024, 2048, 2),
        staging=(512, 1024, 1),
        dev=(256, 512, 1),
        scales=True,
        ports={"http": 3000},
        host="provider",
        uses=(DATABASE, APP_CACHE, MONGODB, OTEL),
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
    )


def service_problems(services: Sequence[Service]) -> Iterator[Problem]:
    """Names and hosts used twice, and services that can't start because each waits for another."""
    for field_name, values in (
        ("name", [one.name for one in services]),
        ("host", [one.host for one in services if one.host]),
    ):
        for value in sorted({value for value in values if values.count(value) > 1}):
            why = refusal(got=f"{value!r} twice", allowed="each once", fix="rename one of the two")
            yield Problem(where=f"services.{field_name}", what=why)
    yield from start_up_problems(dependencies(services))


def dependencies(services: Sequence[Service]) -> dict[str, tuple[str, ...]]:
    """Service → the services it uses, so that it starts after them."""
    names = {service.name for service in services}
    return {service.name: tuple(used for used in service.uses if used in names) for service in services}
