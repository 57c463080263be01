"""The catalogue: names, narrowing, and environments that share nothing."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from modules.errors import ProblemsError
from modules.tagging import TagPolicy
from stacks.catalogue import catalogue, checked, select
from stacks.entry import Entry

OHI = ["ohi-dev", "ohi-staging", "ohi-prod"]
WEBAPP = ["webapp-dev", "webapp-staging", "webapp-production"]


def entry(name: str, network: str, *domains: str) -> Entry:
    return Entry(
        name=name,
        build=lambda _scope, _state: None,
        tag_policy=TagPolicy(name="shop", required=("Owner",)),
        networks=(IPv4Network(network),),
        domains=domains,
    )


def test_the_catalogue_names_every_stack() -> None:
    assert set(catalogue()) == {*OHI, *WEBAPP, "state-backend"}


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        ("", [*OHI, *WEBAPP, "state-backend"]),
        ("ohi-dev", ["ohi-dev"]),
        ("ohi-*", OHI),
        ("*-prod, state-backend", ["ohi-prod", "state-backend"]),
    ],
)
def test_stacks_are_narrowed_by_names_and_globs(patterns: str, names: list[str]) -> None:
    assert [entry.name for entry in select(catalogue(), patterns)] == names


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ProblemsError, match=r"got 'ohi-test'; allowed: ohi-dev, ohi-staging, ohi-prod"):
        select(catalogue(), "ohi-dev,ohi-test")


def test_environments_that_overlap_are_refused() -> None:
    entries = [entry("one", "10.0.0.0/16"), entry("two", "10.0.128.0/17")]
    with pytest.raises(ProblemsError, match=r"two\.network\.cidr: got 10\.0\.128\.0/17, which overlaps"):
        checked(entries)


def test_an_environment_with_the_domain_of_another_is_refused_by_name() -> None:
    entries = [
        entry("one", "10.0.0.0/16", "shop.example", "api.shop.example"),
        entry("two", "10.1.0.0/16", "test.shop.example", "api.shop.example"),
    ]
    with pytest.raises(ProblemsError, match=r"two\.domain: got api\.shop\.example, which one has; allowed"):
        checked(entries)


def test_a_name_used_twice_is_refused() -> None:
    first = entry("one", "10.0.0.0/16")
    with pytest.raises(ProblemsError, match="one: is in the catalogue twice"):
        checked([first, replace(first, networks=())])


@pytest.mark.parametrize("name", [*OHI, *WEBAPP])
def test_every_environment_takes_addresses_and_names(name: str) -> None:
    one = catalogue()[name]
    assert len(one.networks) == 1
    assert one.domains
