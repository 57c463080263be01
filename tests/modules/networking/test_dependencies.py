"""The table of what services use: what it declares, what it gives, and every mistake as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network

import pytest

from modules.errors import ProblemsError
from modules.iam.client_access import ClientAccess
from modules.networking.connections import Connections
from modules.networking.dependencies import (
    Dependencies,
    Dependency,
    DependencyAccess,
    DependentService,
)

ORDERS = DependentService(name="orders", ports={"http": 8000}, uses=("database", "search"))
SEARCH = DependentService(name="search", ports={"http": 9200}, uses=("catalogue",), secret_entries=("KEY",))
DATABASE = Dependency(name="database", ports={"postgresql": 5432}, reason="orders")
TABLE = Dependencies(
    DATABASE,
    Dependency(
        name="search",
        reason="full-text search",
        variables={"SEARCH_URL": "http://{host}:{http}"},
        secret_entries=("KEY",),
    ),
    Dependency(
        name="catalogue",
        addresses=IPv4Network("203.0.113.0/24"),
        ports={"https": 443},
        reason="articles",
        secret_entries=("CATALOGUE_URL",),
    ),
    Dependency(name="sessions", group="caches", ports={"redis": 6379}, reason="sessions"),
    Dependency(name="queue", group="caches", ports={"redis": 6379}, reason="jobs"),
)
SECRET = ("KEY", "CATALOGUE_URL")


def secret_access(variables: Mapping[str, str]) -> ClientAccess:
    return ClientAccess(secrets={name: f"arn:secret:{key}::" for name, key in variables.items()})


def access() -> DependencyAccess:
    return DependencyAccess(
        TABLE,
        services=[ORDERS, SEARCH],
        modules={"database": ClientAccess(environment={"DATABASE_HOST": "db"})},
        host=lambda name: f"{name}.shop.local",
        secret_access=secret_access,
    )


def test_a_service_reaches_what_it_uses_and_nothing_else() -> None:
    connections = Connections()
    peers = {one.name: connections.group(one.name, one.ports) for one in (ORDERS, SEARCH)}
    everything = {**peers, **TABLE.peers(connections)}
    TABLE.connect(ORDERS, everything)
    TABLE.connect(SEARCH, everything)
    declared = {
        (one.source.name, one.target.name, one.port.number, one.reason) for one in connections.declared
    }
    assert declared == {
        ("orders", "database", 5432, "orders"),
        ("orders", "search", 9200, "full-text search"),
        ("search", "catalogue", 443, "articles"),
    }


def test_entries_of_one_group_share_it_and_what_is_outside_has_none() -> None:
    connections = Connections()
    peers = TABLE.peers(connections)
    assert peers["sessions"] is peers["queue"]
    assert [group.name for group in connections.groups] == ["database", "caches"]


def test_a_service_is_given_variables_and_entries_of_what_it_uses_and_its_own() -> None:
    given = access().of(ORDERS)
    assert [dict(one.environment) for one in given] == [
        {"DATABASE_HOST": "db"},
        {"SEARCH_URL": "http://search.shop.local:9200"},
    ]
    assert [dict(one.secrets) for one in given] == [{}, {"KEY": "arn:secret:KEY::"}]
    own = access().of(SEARCH)
    assert [list(one.secrets) for one in own] == [["CATALOGUE_URL"], ["KEY"]]


def test_a_good_table_has_no_problem() -> None:
    assert not list(TABLE.problems([ORDERS, SEARCH], SECRET))


@pytest.mark.parametrize(
    ("table", "service", "secret", "expected"),
    [
        (
            Dependencies(DATABASE),
            DependentService(name="a", uses=("databse",)),
            (),
            "services.a.uses: got 'databse'; allowed: database; "
            "correct the name, or add it to the dependencies",
        ),
        (
            Dependencies(DATABASE),
            DependentService(name="a", uses=("database", "database")),
            (),
            "services.a.uses: got database twice; allowed: each once; remove one",
        ),
        (
            Dependencies(DATABASE),
            DependentService(name="a", secret_entries=("KEY",)),
            ("TOKEN",),
            "services.a.secret_entries: got 'KEY'; allowed: TOKEN; define it in SecretSettings",
        ),
        (
            Dependencies(Dependency(name="b", reason="r", secret_entries=("KEY",))),
            DependentService(name="a"),
            (),
            "dependencies.b.secret_entries: got 'KEY'; allowed: none: the product has no secret; "
            "define it in SecretSettings",
        ),
        (
            Dependencies(Dependency(name="b", reason="r")),
            DependentService(name="a", uses=("b",)),
            (),
            "dependencies.b: got no port, used by a; allowed: ports of its own, "
            "or a service of this name that listens on some; give it a port",
        ),
        (
            Dependencies(Dependency(name="a", ports={"http": 1}, reason="r")),
            DependentService(name="a", ports={"http": 80}),
            (),
            "dependencies.a: got ports; allowed: the ports of its row in the table of services; "
            "remove them here",
        ),
        (
            Dependencies(
                Dependency(name="b", ports={"http": 80}, reason="r", variables={"B": "{host}:{grpc}"})
            ),
            DependentService(name="a", uses=("b",)),
            (),
            "dependencies.b.variables.B: got {grpc}; allowed: {host}, {http}; correct the name",
        ),
        (
            Dependencies(Dependency(name="b", ports={"http": 80}, reason="r", variables={"B": "{host"})),
            DependentService(name="a", uses=("b",)),
            (),
            "dependencies.b.variables.B: got '{host'; allowed: {host} and ports in braces; "
            "expected '}' before end of string: correct it",
        ),
        (
            Dependencies(
                Dependency(name="b", ports={"http": 80}, reason="r", variables={"B": "{host:>9}:{http!r}"})
            ),
            DependentService(name="a", uses=("b",)),
            (),
            "dependencies.b.variables.B: got '{host:>9}:{http!r}'; allowed: names in braces, without ':' or "
            "'!'; remove what follows the name",
        ),
        (
            Dependencies(
                Dependency(name="b", group="g", ports={"redis": 6379}, reason="r"),
                Dependency(name="c", group="g", ports={"redis": 6380}, reason="r"),
            ),
            DependentService(name="a"),
            (),
            "dependencies.c.group: got other ports than b in the same security group g; allowed: the same "
            "ports; give it a group of its own",
        ),
    ],
    ids=[
        "unknown",
        "twice",
        "own entry",
        "entry",
        "no port",
        "ports twice",
        "unknown port",
        "braces",
        "format",
        "group",
    ],
)
def test_a_mistake_is_a_sentence(
    table: Dependencies, service: DependentService, secret: tuple[str, ...], expected: str
) -> None:
    found = [f"{one.where}: {one.what}" for one in table.problems([service], secret)]
    assert found == [expected]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"group": "g"}, r"b\.ports: got no port; allowed: one or more; name its ports"),
        (
            {"group": "g", "addresses": IPv4Network("192.0.2.0/24"), "ports": {"x": 1}},
            r"b\.addresses: got both; allowed: a security group inside the network, or addresses outside",
        ),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        Dependency(name="b", reason="r", **fields)  # type: ignore[arg-type]


def test_a_name_twice_in_the_table_is_refused() -> None:
    with pytest.raises(ProblemsError, match="got database twice; allowed: each name once"):
        Dependencies(DATABASE, DATABASE)


@pytest.mark.parametrize("missing", ["host", "secret_access"])
def test_what_is_needed_and_was_not_passed_is_named(missing: str) -> None:
    arguments = {"host": lambda name: name, "secret_access": secret_access, missing: None}
    given = DependencyAccess(TABLE, services=[ORDERS, SEARCH], modules={}, **arguments)  # type: ignore[arg-type]
    with pytest.raises(ProblemsError, match=f"pass {missing}"):
        given.of(DependentService(name="a", uses=("search",)))


def test_an_unknown_dependency_and_one_nobody_declared_end_in_a_sentence() -> None:
    with pytest.raises(ProblemsError, match="got 'x'; allowed: database"):
        Dependencies(DATABASE)["x"]
    connections = Connections()
    orders = connections.group("orders")
    with pytest.raises(ProblemsError, match="got 'search'; allowed: orders; give it ports"):
        TABLE.connect(DependentService(name="orders", uses=("search",)), {"orders": orders})
    with pytest.raises(ProblemsError, match="got 'web'; allowed: orders; pass its peer"):
        TABLE.connect(DependentService(name="web", uses=("search",)), {"orders": orders})


def test_variables_of_a_service_that_is_in_no_table_end_in_a_sentence() -> None:
    given = DependencyAccess(TABLE, services=[], modules={}, host=str, secret_access=secret_access)
    with pytest.raises(ProblemsError, match=r"search\.variables\.SEARCH_URL: got {http}; allowed: {host}"):
        given.of(ORDERS)


def test_a_group_that_is_declared_elsewhere_is_not_shared() -> None:
    connections = Connections()
    connections.group("web", {"http": 8000})
    table = Dependencies(Dependency(name="store", group="web", ports={"postgresql": 5432}, reason="r"))
    with pytest.raises(ProblemsError, match="web: is declared twice"):
        table.peers(connections)
