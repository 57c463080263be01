"""The price file: every figure has a source, a wrong file is refused with all that is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.cost.prices import FILE, PREFIXES, Prices, Product, prices, usage_types, write
from operations.project import ROOT

FIGURE = {"usd": 1, "date": "2026-01-01", "source": "a bill"}


def file(directory: Path, **content: object) -> Path:
    made = directory / "prices.json"
    products = {"gateway": {"what": "gateway", "unit": "hour"}}
    made.write_text(json.dumps({"currency": "USD", "products": products, "regions": {}, **content}))
    return made


def test_the_file_is_as_it_would_be_written(tmp_path: Path) -> None:
    write(tmp_path / "again.json", prices().content)
    assert (tmp_path / "again.json").read_text() == FILE.read_text()


def test_every_figure_names_its_source_and_every_product_is_priced_somewhere_or_looked_for() -> None:
    content = prices().content
    assert content.regions["eu-west-1"]
    for region, figures in content.regions.items():
        assert region in PREFIXES
        for key, figure in figures.items():
            assert "://" in figure.source or "github.com/" in figure.source or len(figure.source) > 20, key
    priced = {key for figures in content.regions.values() for key in figures}
    assert [key for key, one in content.products.items() if key not in priced and not one.offer] == [
        "backup-restore-test",
        "enhanced-container-insights-metric",
    ]


def test_a_price_belongs_to_its_region_alone(tmp_path: Path) -> None:
    ours = Prices(file(tmp_path, regions={"eu-west-1": {"gateway": FIGURE}}))
    assert ours.price("gateway", "eu-west-1").usd == FIGURE["usd"]
    assert ours.price("gateway", "eu-west-2").figure is None
    assert ours.price("unheard", "eu-west-1").figure is None


@pytest.mark.parametrize(
    ("region", "usage_type", "names"),
    [
        ("eu-west-1", "{prefix}NatGateway-Hours", ("EU-NatGateway-Hours",)),
        ("us-east-1", "{prefix}NatGateway-Hours", ("NatGateway-Hours", "USE1-NatGateway-Hours")),
        ("eu-west-2", "{region}-KMS-Keys", ("eu-west-2-KMS-Keys",)),
        ("global", "HostedZone", ("HostedZone",)),
    ],
)
def test_usage_types_begin_with_the_region(region: str, usage_type: str, names: tuple[str, ...]) -> None:
    product = Product(what="it", unit="hour", offer="AmazonEC2", usage_type=usage_type)
    assert usage_types(product, region) == names


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"regions": {"eu-west-1": {"gateway": {**FIGURE, "usd": 0}}}}, "greater than 0"),
        ({"regions": {"eu-west-1": {"gateway": {"usd": 1, "source": "a bill"}}}}, "gateway.date"),
        ({"regions": {"eu-west-1": {"gateway": {**FIGURE, "sku": "short"}}}}, "gateway.sku"),
        ({"regions": {"eu-west-1": {"other": FIGURE}}}, "got other; allowed: a key of products"),
        ({"regions": {"xx-none-1": {}}}, "got xx-none-1; allowed: us-east-1, eu-west-1"),
        ({"products": {"a": {"what": "a", "unit": "b", "offer": "c"}}}, "allowed: offer and usage_type"),
        ({"currency": "EUR"}, "currency"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, content: dict[str, object], said: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        Prices(file(tmp_path, **content))
    assert said in str(refused.value)
    assert str(refused.value).startswith("prices.json: ")


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as refused:
        Prices(file(tmp_path, regions={"eu-west-1": {"a": FIGURE, "b": FIGURE}, "xx-none-1": {}}))
    assert len(refused.value.problems) == 3


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="cannot be read: No such file"):
        Prices(tmp_path / "none.json")


def test_the_document_says_how_many_prices_of_each_region_are_known() -> None:
    text = (ROOT / "docs/costs.md").read_text()
    counted = {name: len(figures) for name, figures in prices().content.regions.items()}
    told = re.findall(r"^\| (?:everywhere the same \(`)?([\w-]+)(?:`\))? \| (\d+) \|", text, re.MULTILINE)
    assert {name: int(number) for name, number in told} == counted
