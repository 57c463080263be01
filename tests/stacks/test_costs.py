"""What the stacks cost: every type of resource is priced, budgets and specifications follow the estimate."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from modules.resilience.recovery.settings import RecoveryTier
from operations.cost.estimate import estimate
from operations.cost.lines import Estimate, total
from operations.cost.services import FREE, PRICED
from operations.cost.specification import DIRECTORY, by_part, table_of
from operations.cost.usage import load
from operations.project import ROOT
from stacks.catalogue import PRODUCTS
from tests.stacks.cost_tables import BEGIN, DIFFERENT, END, table, with_table
from tests.stacks.environments import environments, recoveries

Json = dict[str, Any]
KNOWN = [*chain.from_iterable(PRICED.values()), *FREE]
# A budget is told when it is exceeded: one far above the costs tells nothing, one below them always.
MOST_ABOVE = 1.5
SPECIFIED = [product for product in PRODUCTS if (DIRECTORY / f"{product}.md").is_file()]
BUDGETED = [
    name for name, settings in environments().items() if hasattr(settings, "budget") and not settings.primary
]


@pytest.fixture(scope="session")
def shipped(output: Path) -> dict[str, Json]:
    """The JSON of every stack as it ships, with its expressions of pauses."""
    found = {file.parent.name: json.loads(file.read_text()) for file in output.glob("stacks/*/cdk.tf.json")}
    assert found
    return found


@pytest.fixture(scope="session")
def estimates(shipped: dict[str, Json]) -> dict[str, Estimate]:
    """The costs of every stack."""
    return {name: estimate(name, document) for name, document in shipped.items()}


@pytest.fixture(scope="session")
def standing_by(shipped: dict[str, Json]) -> dict[str, tuple[Estimate, Estimate]]:
    """The costs of every recovery stack: while it stands by, as if it were paused, and while it serves.

    At the prices of its primary's region, since the price file has few of the other region's yet.
    """
    found = {}
    for name, settings in recoveries().items():
        assert settings.primary
        text = json.dumps(shipped[name])
        document = json.loads(text.replace(settings.environment.region, settings.primary.region))
        found[name] = (estimate(name, document, paused=True), estimate(name, document))
    return found


def test_every_type_of_resource_is_priced_or_free_with_a_reason(shipped: dict[str, Json]) -> None:
    assert len(KNOWN) == len(set(KNOWN))
    assert all(FREE.values())
    kinds = {kind for document in shipped.values() for kind in document["resource"]}
    assert sorted(kind for kind in kinds if kind.startswith("aws_") and kind not in KNOWN) == []


def test_the_lines_sum_to_the_total_and_each_has_a_price_or_is_named(estimates: dict[str, Estimate]) -> None:
    for found in estimates.values():
        assert found.lines
        priced = [line for line in found.lines if not line.unknown]
        assert found.total.expected == pytest.approx(sum(line.monthly.expected for line in priced))
        assert found.total.least <= found.total.expected <= found.total.most
        named = " ".join(found.without)
        assert [line.what for line in found.lines if line.unknown and line.what not in named] == []


def test_a_paused_stack_costs_no_more_by_any_service(
    shipped: dict[str, Json], estimates: dict[str, Estimate]
) -> None:
    for name, running in estimates.items():
        paused = estimate(name, shipped[name], paused=True)
        before = running.by(lambda line: line.service)
        for service, lines in paused.by(lambda line: line.service).items():
            assert total(lines).expected <= total(before[service]).expected + 1e-9, f"{name} {service}"
        # The price file lacks most of what services of a recovery cost in its region.
        if name in environments() and name not in recoveries():
            assert paused.total.expected < running.total.expected


def test_every_environment_has_assumptions_and_none_is_of_nothing() -> None:
    for product in PRODUCTS:
        primaries = [one for one in environments(product).values() if not one.primary]
        names = {one.environment.naming.environment for one in primaries}
        assumed = set(load(ROOT / "stacks" / product / "usage.toml"))
        assert assumed == names, f"name these and no other in stacks/{product}/usage.toml: {sorted(names)}"


@pytest.mark.parametrize("stack", recoveries())
def test_a_recovery_has_a_budget_of_what_it_mostly_costs(
    shipped: dict[str, Json], standing_by: dict[str, tuple[Estimate, Estimate]], stack: str
) -> None:
    """A pilot light stands by; what has no more than a backup is there only while it serves."""
    primary = recoveries()[stack].primary
    assert primary
    [budget] = shipped[stack]["resource"]["aws_budgets_budget"].values()
    limit, (waiting, serving) = float(budget["limit_amount"]), standing_by[stack]
    assert waiting.total.expected < serving.total.expected
    usual = (waiting if primary.tier is RecoveryTier.PILOT_LIGHT else serving).total.expected
    assert usual <= limit <= MOST_ABOVE * usual, f"{stack} costs {usual:.0f}"


def test_the_costs_of_recoveries_are_in_step(
    standing_by: dict[str, tuple[Estimate, Estimate]], golden: Callable[[Path, str], None]
) -> None:
    rows = []
    for name, (waiting, serving) in standing_by.items():
        primary = recoveries()[name].primary
        assert primary
        deployed = primary.tier is RecoveryTier.PILOT_LIGHT
        waits = waiting.together.figure if deployed else "0: it is not created"
        rows.append(f"| `{name}` | {primary.tier.value} | {waits} | {serving.together.figure} |")
    table = "| stack | tier | standing by | while it serves |\n| --- | --- | ---: | ---: |\n"
    file = ROOT / "docs/recovery.md"
    golden(file, with_table(file.read_text(), table + "\n".join(rows) + "\n"))


@pytest.mark.parametrize("stack", BUDGETED)
def test_a_budget_is_what_the_stack_costs_and_at_most_half_more(
    shipped: dict[str, Json], estimates: dict[str, Estimate], stack: str
) -> None:
    [budget] = shipped[stack]["resource"]["aws_budgets_budget"].values()
    limit, expected = float(budget["limit_amount"]), estimates[stack].total.expected
    assert expected <= limit <= MOST_ABOVE * expected, f"{stack} costs {expected:.0f}"


def test_every_product_that_is_specified_has_a_budget() -> None:
    assert SPECIFIED
    assert {*environments(*SPECIFIED)} - {*recoveries()} <= {*BUDGETED}


@pytest.mark.parametrize("product", SPECIFIED)
def test_the_costs_in_a_specification_are_in_step(
    estimates: dict[str, Estimate], golden: Callable[[Path, str], None], product: str
) -> None:
    file = DIRECTORY / f"{product}.md"
    golden(file, with_table(file.read_text(), table(product, estimates)))


@pytest.mark.parametrize("product", SPECIFIED)
def test_what_differs_from_a_specification_has_a_reason(estimates: dict[str, Estimate], product: str) -> None:
    text = (DIRECTORY / f"{product}.md").read_text()
    explained = set(re.findall(r"^- \*\*(.+?)\*\*:", text.partition(END)[2], re.MULTILINE))
    differing = set()
    for environment, specified in table_of(product).items():
        found = by_part(estimates[f"{product}-{environment}"].lines, specified)
        for part, (least, most) in specified.items():
            usd = total(found.get(part, ())).expected
            if usd < least / DIFFERENT or usd > most * DIFFERENT:
                differing.add(part)
    assert BEGIN in text
    assert differing <= explained
