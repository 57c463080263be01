"""Settings refuse in sentences, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from ipaddress import IPv4Network

import pytest
from pydantic import PositiveInt

from modules.errors import Problem, ProblemsError
from modules.settings import collecting_problems, refuse, settings


@settings
class Cache:
    nodes: PositiveInt = 2
    multi_az: bool = True

    def problems(self) -> Iterator[Problem]:
        if self.multi_az and self.nodes < 2:
            yield Problem(where="multi_az", what="needs two nodes")


@settings
class Place:
    cidr: IPv4Network
    caches: tuple[Cache, ...] = ()
    main: Cache = Cache()

    def problems(self) -> Iterator[Problem]:
        if any(cache.nodes > 5 for cache in self.caches):
            yield Problem(where="caches", what="has too many nodes")


def messages(error: pytest.ExceptionInfo[ProblemsError]) -> list[str]:
    return [str(problem) for problem in error.value.problems]


def test_a_value_of_the_wrong_kind_names_the_field_and_what_it_got() -> None:
    with pytest.raises(ProblemsError) as error:
        Place(cidr="10.0.0.0/40")  # type: ignore[arg-type]
    assert messages(error) == ["Place.cidr: got '10.0.0.0/40'; input should be an instance of IPv4Network"]


def test_all_problems_of_one_object_are_reported_at_once() -> None:
    with pytest.raises(ProblemsError) as error:
        Cache(nodes=0, node_type="cache.t4g.micro")  # type: ignore[call-arg]
    assert messages(error) == [
        "Cache.nodes: got 0; allowed: more than 0; raise it",
        "Cache.node_type: there is no such setting; remove it or correct its name",
    ]


def test_a_misspelled_setting_says_which_one_may_be_meant() -> None:
    with pytest.raises(ProblemsError) as error:
        Cache(node=2)  # type: ignore[call-arg]
    assert messages(error) == ["Cache.node: there is no such setting; write nodes, if that is meant"]


def test_a_missing_setting_says_that_it_is_required() -> None:
    with pytest.raises(ProblemsError, match=r"Place\.cidr: is required"):
        Place()  # type: ignore[call-arg]


def test_a_rule_across_fields_is_checked_when_made_and_when_replaced() -> None:
    with pytest.raises(ProblemsError, match="needs two nodes"):
        replace(Cache(), nodes=1)


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Cache().nodes = 3  # type: ignore[misc]


def test_problems_of_several_objects_are_collected_into_one_error() -> None:
    def environments() -> None:
        with collecting_problems():
            Place(cidr="nonsense", caches=(Cache(nodes=1),), main=Cache(nodes=0))  # type: ignore[arg-type]
            replace(Place(cidr=IPv4Network("10.0.0.0/8"), main=Cache(nodes=-1)), main=Cache())

    with pytest.raises(ProblemsError) as error:
        environments()
    assert messages(error) == [
        "Cache.multi_az: needs two nodes",
        "Cache.nodes: got 0; allowed: more than 0; raise it",
        "Place.cidr: got 'nonsense'; input should be an instance of IPv4Network",
        "Cache.nodes: got -1; allowed: more than 0; raise it",
    ]


def test_an_error_of_the_program_itself_is_not_hidden_by_collecting() -> None:
    with pytest.raises(AttributeError, match="no_such"), collecting_problems():
        _ = Cache().no_such  # type: ignore[attr-defined]


@settings
class Firewall:
    allowed: tuple[IPv4Network, ...] = ()
    tasks: PositiveInt = 1
    percent: float = 50


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "allowed",
            IPv4Network("203.0.113.0/24"),
            "got IPv4Network('203.0.113.0/24'); input should be a valid tuple: in parentheses, with a comma "
            "behind each value",
        ),
        ("tasks", True, "got True; input should be a valid integer"),
        ("percent", float("nan"), "got nan; input should be a finite number"),
    ],
)
def test_a_value_that_python_would_convert_in_silence_is_refused(
    field: str, value: object, message: str
) -> None:
    with pytest.raises(ProblemsError) as error:
        Firewall(**{field: value})  # type: ignore[arg-type]
    assert messages(error) == [f"Firewall.{field}: {message}"]


def test_what_is_raised_after_a_problem_is_told_with_it() -> None:
    def environments() -> None:
        with collecting_problems():
            Cache(nodes=0)
            refuse(Problem(where="api", what="needs a newer provider"))
            raise ProblemsError.one("web", "is too long")

    with pytest.raises(ProblemsError) as error:
        environments()
    assert [text.partition(":")[0] for text in messages(error)] == ["Cache.nodes", "api", "web"]


def test_what_fails_because_of_a_problem_does_not_hide_it() -> None:
    def environments() -> None:
        with collecting_problems():
            Cache(nodes=0)
            raise TypeError("of what was refused")

    with pytest.raises(ProblemsError, match=r"Cache\.nodes"):
        environments()


def test_outside_of_a_collection_a_problem_is_raised() -> None:
    with pytest.raises(ProblemsError, match="api: alone"):
        refuse(Problem(where="api", what="alone"))
