"""The catalogue: names, narrowing, and environments that share nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest

import stacks.catalogue
from modules.errors import ProblemsError
from modules.tagging import TagPolicy
from stacks.catalogue import PRODUCTS, catalogue, checked, needed, select
from stacks.entry import Entry
from tests.stacks.environments import environments, recoveries

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
    regions = {region: None for name in environments() for region in catalogue()[name].regions}
    others = [f"account-{region}" for region in regions if region != catalogue()["account"].regions[0]]
    assert others
    assert recoveries()
    shared = ["account", *others, "state-backend", "state-backend-recovery"]
    assert list(catalogue())[len(environments()) :] == shared
    assert list(catalogue())[: len(environments())] == list(environments())


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
    with pytest.raises(
        ProblemsError, match=r"^INFRA_STACKS: got 'shop-test'; allowed: shop-dev, shop-staging, shop-prod"
    ):
        select(entries(*NAMES), "shop-dev,shop-test")


def test_names_of_a_product_need_that_product_alone() -> None:
    first, *others = PRODUCTS
    names = [name for name, one in catalogue().items() if one.product == first]
    assert names
    assert others
    found = needed({"INFRA_STACKS": f"{names[0]}, {names[-1]}"})
    assert found is not None
    assert list(found) == names


@pytest.mark.parametrize(
    "patterns", ["", "account", "state-backend", "{first}-*", "{first}-none", "{one},account"]
)
def test_anything_else_needs_the_whole_catalogue(patterns: str) -> None:
    one = next(iter(catalogue()))
    assert needed({"INFRA_STACKS": patterns.format(first=PRODUCTS[0], one=one)}) is None


def test_the_cdktf_command_line_needs_the_whole_catalogue() -> None:
    one = next(iter(catalogue()))
    assert needed({"INFRA_STACKS": one, "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS": "true"}) is None


def test_one_stack_imports_the_settings_of_no_other_product() -> None:
    program = (
        "import os, sys; from stacks.catalogue import needed; assert needed(os.environ);"
        "print(*(name for name in sys.modules if name.startswith('stacks.') and name.endswith('.settings')))"
    )
    environment = {**os.environ, "INFRA_STACKS": next(iter(catalogue()))}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    products = {name.split(".")[1] for name in ran.stdout.split()} & {*PRODUCTS}
    assert products == {PRODUCTS[0]}


def test_a_product_without_its_folder_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks.catalogue, "PRODUCTS", (*PRODUCTS, "gone"))
    with pytest.raises(ProblemsError) as error:
        catalogue()
    assert str(error.value) == (
        "PRODUCTS in stacks/catalogue.py: got 'gone' without stacks/gone/settings.py; "
        "allowed: products whose folder is there; remove the name, or restore the folder"
    )


def test_what_the_settings_of_a_product_lack_is_told_by_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lacking").mkdir()
    (tmp_path / "lacking" / "settings.py").write_text("import no_such_package\n")
    monkeypatch.setattr(stacks, "__path__", [*stacks.__path__, str(tmp_path)])
    monkeypatch.setattr(stacks.catalogue, "PRODUCTS", ("lacking",))
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        catalogue()


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


@pytest.mark.parametrize("name", ["", "shop dev", "shop/../dev", "Shop-dev", "shop-dev\n", "s" * 91])
def test_a_name_that_no_stack_can_have_is_refused(name: str) -> None:
    with pytest.raises(ProblemsError, match=r"name of a stack: got .*; allowed: lower-case words") as refused:
        checked([replace(entry("one", "10.0.0.0/16"), name=name)])
    assert repr(name) in str(refused.value)


@pytest.mark.parametrize("name", environments())
def test_every_environment_takes_a_network(name: str) -> None:
    assert len(catalogue()[name].networks) == 1
