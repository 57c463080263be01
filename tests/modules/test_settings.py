"""Settings refuse in sentences, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from ipaddress import IPv4Network

import pytest
from pydantic import PositiveInt

from modules.errors import Problem, ProblemsError
from modules.settings import collecting_problems, settings


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
    assert messages(error) == ["Place.cidr: got '10.0.0.0/40'; input is not a valid IPv4 network"]


def test_all_problems_of_one_object_are_reported_at_once() -> None:
    with pytest.raises(ProblemsError) as error:
        Cache(nodes=0, node_type="cache.t4g.micro")  # type: ignore[call-arg]
    assert messages(error) == [
        "Cache.nodes: got 0; input should be greater than 0",
        "Cache.node_type: there is no such setting; remove it or correct its name",
    ]


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
        "Cache.nodes: got 0; input should be greater than 0",
        "Place.cidr: got 'nonsense'; input is not a valid IPv4 network",
        "Cache.nodes: got -1; input should be greater than 0",
    ]


def test_an_error_of_the_program_itself_is_not_hidden_by_collecting() -> None:
    with pytest.raises(AttributeError, match="no_such"), collecting_problems():
        _ = Cache().no_such  # type: ignore[attr-defined]
