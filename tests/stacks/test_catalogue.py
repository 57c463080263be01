"""The catalogue: names, narrowing, and environments that share nothing."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from modules.errors import ProblemsError
from modules.tagging import TagPolicy
from stacks.catalogue import PRODUCTS, catalogue, checked, select
from stacks.entry import Entry
from tests.stacks.environments import environments

NAMES = ["shop-dev", "shop-staging", "shop-prod", "blog-dev", "blog-prod", "state-backend"]


def entry(name: str, network: str, *domains: str) -> Entry:
    return Entry(
        name=name,
        build=lambda _scope, _state: None,
        tag_policy=TagPolicy(name="shop", required=("Owner",)),
        networks=(IPv4Network(network),),
        domains=domains,
    )


def entries(*names: str) -> dict[str, Entry]:
    return {name: entry(name, f"10.{place}.0.0/16") for place, name in enumerate(names)}


def test_the_catalogue_has_the_environments_of_every_product_the_account_and_the_state_backend() -> None:
    assert PRODUCTS
    assert list(catalogue()) == [*environments(), "account", "state-backend"]


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        ("", NAMES),
        ("shop-dev", ["shop-dev"]),
        ("shop-*", NAMES[:3]),
        ("*-prod, state-backend", ["shop-prod", "blog-prod", "state-backend"]),
    ],
)
def test_stacks_are_narrowed_by_names_and_globs(patterns: str, names: list[str]) -> None:
    assert [entry.name for entry in select(entries(*NAMES), patterns)] == names


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ProblemsError, match=r"got 'shop-test'; allowed: shop-dev, shop-staging, shop-prod"):
        select(entries(*NAMES), "shop-dev,shop-test")


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


@pytest.mark.parametrize("name", environments())
def test_every_environment_takes_a_network(name: str) -> None:
    assert len(catalogue()[name].networks) == 1
