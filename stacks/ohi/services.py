"""OHI's services: one table, from which ports, rules and names follow (spec, "The services"). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from modules.errors import Problem, refusal
from modules.settings import settings


@settings
class Service:
    """One container service: what it listens on, who reaches it from outside, and what it uses.

    `ports` is name → number, empty for a background service. `host` is the first label of its public name
    behind the load balancer. `uses` names the services and stores it opens connections to.
    """

    name: str
    ports: dict[str, int] = field(default_factory=dict)
    host: str | None = None
    uses: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """A public host that nothing answers."""
        if self.host and not self.ports:
            why = refusal(got=f"{self.host!r} without a port", allowed="a host on a port", mend="add one")
            yield Problem(where="host", what=why)


OTEL = "otel-collector"
_STORES = ("rds", "elasticache")

SERVICES = (
    Service(name="api", ports={"http": 8080}, host="api", uses=(*_STORES, "mongodb", "blnk-api", OTEL)),
    Service(
        name="graphql", ports={"http": 8081}, host="graphql", uses=(*_STORES, "mongodb", "blnk-api", OTEL)
    ),
    Service(name="sse", ports={"http": 8082}, host="sse", uses=("elasticache", OTEL)),
    Service(name="provider-api", ports={"http": 3000}, host="provider", uses=(*_STORES, "mongodb", OTEL)),
    Service(name="reindexer", uses=("rds", "mongodb", OTEL)),
    Service(name="blnk-api", ports={"http": 5001}, uses=(*_STORES, OTEL)),
    Service(name="blnk-worker", uses=(*_STORES, OTEL)),
    Service(name="clickhouse", ports={"http": 8123, "native": 9000}),
    Service(name=OTEL, ports={"grpc": 4317, "http": 4318}, uses=("clickhouse",)),
    Service(name="signoz-query", ports={"http": 8080}, uses=("clickhouse",)),
    Service(name="signoz-frontend", ports={"http": 3301}, host="signoz", uses=("signoz-query",)),
)
