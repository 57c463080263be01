"""`infra commitments`: what is covered, what it saves, when it pays; an unknown discount is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from modules.errors import ProblemsError
from operations import cli
from operations.cost import commitments_command
from operations.cost.commitments import KINDS, Commitment, commitments
from operations.cost.lines import Estimate
from operations.cost.prices import FILE
from tests.operations.cost.conftest import REGION, document

CACHE = {
    "node_type": "cache.t4g.small",
    "engine": "valkey",
    "num_cache_clusters": 2,
    "replication_group_id": "shop",
}
SMALL = document(elasticache_replication_group={"cache": CACHE}, route53_zone={"zone": {}})


def of_caches(found: list[Commitment]) -> Commitment:
    (one,) = [one for one in found if one.kind.name == "caches"]
    return one


def test_every_kind_covers_a_price_that_there_is() -> None:
    known = json.loads(FILE.read_text())["products"]
    for kind in KINDS:
        assert [key for key in known if key.startswith(kind.covers)], kind.name
    assert not [key for key in known if "spot" in key and key.startswith(KINDS[0].covers)]


def test_what_always_runs_is_covered_in_parts(of: Callable[..., Estimate]) -> None:
    estimated = of(elasticache_replication_group={"cache": CACHE}, route53_zone={"zone": {}})
    (line,) = [line for line in estimated.lines if line.price.key.startswith("cache-valkey-cache.")]
    found = of_caches(commitments([estimated, estimated], {"caches": 25}))
    assert found.region == REGION
    assert found.always == pytest.approx(2 * line.monthly.least)
    half, _, whole = found.coverages
    assert (whole.costs + whole.saves, whole.saves) == pytest.approx((found.always, found.always / 4))
    assert half.saves == pytest.approx(whole.saves / 2)
    assert (found.break_even_percent, found.break_even_months) == (75, 9)


def test_an_unknown_discount_is_no_figure(of: Callable[..., Estimate]) -> None:
    found = of_caches(commitments([of(elasticache_replication_group={"cache": CACHE})], {}))
    assert (found.coverages, found.break_even_percent, found.break_even_months) == ((), None, None)


def test_what_a_commitment_covers_without_a_price_is_listed_and_said(
    of: Callable[..., Estimate], monkeypatch: pytest.MonkeyPatch
) -> None:
    estimated = of(elasticache_replication_group={"cache": CACHE}, region="eu-central-1")
    found = of_caches(commitments([estimated], {}))
    assert (found.expected, found.lacks) == (0, "1 of 1 prices is unknown")
    monkeypatch.setitem(SMALL["provider"]["aws"][0], "region", "eu-central-1")
    told = " ".join(infra(monkeypatch, "ohi-dev").output.split())
    assert told.count("at least") == 2
    assert "(1 of 1 prices is unknown: infra prices --refresh)" in told


def test_what_nothing_covers_is_not_listed(of: Callable[..., Estimate]) -> None:
    assert commitments([of(route53_zone={"zone": {}})], {"caches": 25}) == []


def infra(monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    monkeypatch.setattr(commitments_command, "documents_of", lambda names, _: dict.fromkeys(names, SMALL))
    cli._register(["commitments"])
    return CliRunner().invoke(cli.app, ["commitments", *words])


def test_people_read_what_is_saved_or_where_the_discount_is(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = infra(monkeypatch, "ohi-dev")
    assert unknown.exit_code == 0, unknown.exception
    told = " ".join(unknown.output.split())
    assert "its discount is unknown" in told
    assert "--discount caches=PERCENT" in told
    known = " ".join(infra(monkeypatch, "ohi-dev", "--discount", "caches=25").output.split())
    assert "pays while more than 75 % of what it covers runs, or after 9.0 of 12 months" in known
    assert "unknown" not in known


def test_programs_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = json.loads(infra(monkeypatch, "ohi-dev", "--discount", "caches=25", "--json").output)
    assert (found["kind"], found["discount"], found["break_even_months"]) == ("caches", 25, 9)
    assert [one["percent"] for one in found["coverages"]] == [50, 75, 100]


def test_two_discounts_of_a_kind_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = infra(monkeypatch, "ohi-dev", "--discount", "caches=25", "--discount", "caches=30")
    assert (
        str(refused.exception)
        == "--discount: got caches twice; allowed: one discount of a kind; leave one out"
    )


@pytest.mark.parametrize("given", ["caches", "caches=", "caches=0", "caches=100", "caches=x", "nodes=20"])
def test_a_wrong_discount_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = infra(monkeypatch, "ohi-dev", "--discount", given)
    assert isinstance(refused.exception, ProblemsError)
    assert str(refused.exception).startswith(f"--discount: got '{given}'; allowed: KIND=PERCENT")
