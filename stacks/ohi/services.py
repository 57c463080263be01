"""OHI's services: one table, from which ports, rules, names and sizes follow (spec, "The services"). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import PositiveInt

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
    units, `memory` in MiB; `maximum` is how far it scales, None for a service that doesn't.
    """

    name: str
    cpu: PositiveInt
    memory: PositiveInt
    count: PositiveInt
    maximum: PositiveInt | None = None
    ports: dict[str, int] = field(default_factory=dict)
    host: str | None = None
    uses: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """A public host that nothing answers, and scaling that could not reach the count."""
        if self.host and not self.ports:
            why = refusal(got=f"{self.host!r} without a port", allowed="a host on a port", mend="add one")
            yield Problem(where=f"{self.name}.host", what=why)
        if self.maximum is not None and self.maximum < self.count:
            why = refusal(
                got=self.maximum, allowed=f"{self.count} (the count) or more", mend="raise it or lower count"
            )
            yield Problem(where=f"{self.name}.maximum", what=why)


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


OTEL = "otel-collector"
_STORES = ("rds", "elasticache")
_MAXIMUM = {Column.PROD: 10, Column.STAGING: 5, Column.DEV: 3}
_TABLE = {
    "api": _Row(
        prod=(1024, 2048, 3),
        staging=(512, 1024, 2),
        dev=(256, 512, 1),
        scales=True,
        ports={"http": 8080},
        host="api",
        uses=(*_STORES, "mongodb", "blnk-api", OTEL),
    ),
    "graphql": _Row(
        prod=(1024, 2048, 3),
        staging=(512, 1024, 2),
        dev=(256, 512, 1),
        scales=True,
        ports={"http": 8081},
        host="graphql",
        uses=(*_STORES, "mongodb", "blnk-api", OTEL),
    ),
    "sse": _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        scales=True,
        ports={"http": 8082},
        host="sse",
        uses=("elasticache", OTEL),
    ),
    "provider-api": _Row(
        prod=(1024, 2048, 2),
        staging=(512, 1024, 1),
        dev=(256, 512, 1),
        scales=True,
        ports={"http": 3000},
        host="provider",
        uses=(*_STORES, "mongodb", OTEL),
    ),
    "reindexer": _Row(
        prod=(512, 1024, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        uses=("rds", "mongodb", OTEL),
    ),
    "blnk-api": _Row(
        prod=(512, 1024, 2),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        ports={"http": 5001},
        uses=(*_STORES, OTEL),
    ),
    "blnk-worker": _Row(
        prod=(256, 512, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        uses=(*_STORES, OTEL),
    ),
    "clickhouse": _Row(
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
        uses=("clickhouse",),
    ),
    "signoz-query": _Row(
        prod=(1024, 2048, 1),
        staging=(512, 1024, 1),
        dev=(256, 512, 1),
        ports={"http": 8080},
        uses=("clickhouse",),
    ),
    "signoz-frontend": _Row(
        prod=(256, 512, 1),
        staging=(256, 512, 1),
        dev=(256, 512, 1),
        ports={"http": 3301},
        host="signoz",
        uses=("signoz-query",),
    ),
}


def services(column: Column) -> tuple[Service, ...]:
    """The services of one environment, sized by its column."""
    return tuple(_sized(name, row, column) for name, row in _TABLE.items())


def _sized(name: str, row: _Row, column: Column) -> Service:
    cpu, memory, count = getattr(row, column)
    return Service(
        name=name,
        cpu=cpu,
        memory=memory,
        count=count,
        maximum=_MAXIMUM[column] if row.scales else None,
        ports=row.ports,
        host=row.host,
        uses=row.uses,
    )
