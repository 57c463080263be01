"""The assumptions of usage.toml: checked when they are read, each with a comment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.cost.usage import Usage, load, missing, usage
from operations.project import ROOT

FILES = sorted(ROOT.glob("stacks/*/usage.toml"))


def test_a_product_without_a_file_assumes_nothing() -> None:
    assert usage("state-backend") is None
    assert usage("ohi-nowhere") is None


def test_a_table_that_is_missing_is_named_with_what_to_write(tmp_path: Path) -> None:
    file = tmp_path / "shop" / "usage.toml"
    file.parent.mkdir()
    rest = (
        ": no traffic and no stored data is assumed. Add to it, for instance, [dev.traffic] with a line "
        "nat_gb = 100 and [dev.stored] with image_gb = 5; operations/cost/usage.py has all names and units."
    )
    assert missing("shop-dev", file) == f"stacks/shop/usage.toml is missing{rest}"
    file.write_text("# Nothing yet.\n")
    assert missing("shop-dev", file) == f"stacks/shop/usage.toml has no table of dev (it has none){rest}"
    file.write_text("[prod.traffic]\nnat_gb = 1\n[staging.stored]\nimage_gb = 5\n")
    assert (
        missing("shop-dev", file)
        == f"stacks/shop/usage.toml has no table of dev (it has prod, staging){rest}"
    )
    assert missing("shop-prod-recovery", file) is None


def test_what_is_written_as_told_is_read(tmp_path: Path) -> None:
    file = tmp_path / "usage.toml"
    file.write_text("")
    told = missing("shop-dev", file) or ""
    lines = [*re.findall(r"\[dev\.\w+\]|\w+ = \d+", told)]
    file.write_text("\n".join(lines))
    found = usage("shop-dev", file) or Usage()
    assert (found.traffic.nat_gb, found.stored.image_gb) == (100, 5)
    assert missing("shop-dev", file) is None


@pytest.mark.parametrize("stack", ["state-backend", "account", "account-us-east-1"])
def test_a_stack_of_no_product_is_told_no_file(stack: str) -> None:
    told = "It belongs to no product that has a usage.toml: no traffic and no stored data is assumed."
    assert missing(stack) == told


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_every_figure_has_a_comment_that_says_why(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if re.match(r"\w+ = ", line)]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"\w+ = \S+ +# \S.{4,}", line)] == []
    assert all(found != Usage() for found in load(file).values())


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "usage.toml"
    file.write_text("[prod.traffic]\nnat_gb = -1\nnat_tb = 2\n[dev.stored]\nimage_gb = 'many'\n")
    with pytest.raises(ProblemsError) as refused:
        load(file)
    where = [problem.where.partition(": ")[2] for problem in refused.value.problems]
    assert where == ["prod.traffic.nat_gb", "prod.traffic.nat_tb", "dev.stored.image_gb"]
    assert [problem.what for problem in refused.value.problems] == [
        "got -1; allowed: a number that is 0 or more; correct it",
        "got 'nat_tb'; allowed: nat_gb; operations/cost/usage.py has all names and units",
        "got 'many'; allowed: a number that is 0 or more; correct it",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[prod.traffic]\nnatt_gb = 1", "prod.traffic.natt_gb: got 'natt_gb'; allowed: nat_gb"),
        ("[prod.trafic]", "prod.trafic: got 'trafic'; allowed: traffic;"),
        ("[prod.zebra]", "prod.zebra: got 'zebra'; allowed: traffic, website, stored, audited;"),
        (
            "[prod.website]\nxyzzy = 1",
            "allowed: gb, million_requests, africa_gb, africa_million_requests, dns",
        ),
        ("prod = 5", "prod: got 5; allowed: a table of figures;"),
        ("[prod]\ntraffic = 5", "prod.traffic: got 5; allowed: a table of figures;"),
    ],
)
def test_a_name_that_is_wrong_is_told_with_the_nearest_that_are_allowed(
    tmp_path: Path, written: str, said: str
) -> None:
    file = tmp_path / "usage.toml"
    file.write_text(written)
    with pytest.raises(ProblemsError) as refused:
        load(file)
    assert said in str(refused.value)


def test_a_file_of_the_project_is_named_by_its_path_from_the_root(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("operations.cost.usage.ROOT", tmp_path)
    file = tmp_path / "stacks/shop/usage.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[prod.traffic]\nnatt_gb = 1\n")
    with pytest.raises(
        ProblemsError, match=r"^stacks/shop/usage\.toml: prod\.traffic\.natt_gb: got 'natt_gb'"
    ):
        load(file)


def test_what_is_no_toml_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "usage.toml"
    file.write_text("[prod")
    with pytest.raises(ProblemsError, match=r"usage.toml: is no TOML: "):
        load(file)
