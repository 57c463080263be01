"""`infra cost`: what it prints of one stack and of several, alone and against a revision."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from modules.errors import ProblemsError
from operations import cli
from operations.cost import command
from operations.cost.estimate import estimate
from operations.cost.show import print_estimate
from tests.operations.cost.conftest import document

COMMIT = "0123456789abcdef"
SMALL: dict[str, Any] = document(nat_gateway={"network/a": {}}, route53_zone={"zone": {}})
LARGE: dict[str, Any] = document(
    nat_gateway={"network/a": {}, "network/b": {}},
    route53_zone={"zone": {}},
    cloudwatch_composite_alarm={"alarm": {}},
)


@pytest.fixture(autouse=True)
def _synthesized(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stacks without a synthesis: OHI's dev is large, the others small."""

    def documents(names: list[str], _: Any) -> Any:
        return {name: LARGE if name == "ohi-dev" else SMALL for name in names}

    def both(revision: str, _: Any) -> Any:
        assert revision == "main"
        before = {"ohi-dev": SMALL, "webapp-dev": SMALL}
        after = {"ohi-dev": LARGE, "webapp-dev": SMALL, "booking-dev": SMALL}
        return COMMIT, *(
            {name: json.dumps(one).encode() for name, one in side.items()} for side in (before, after)
        )

    monkeypatch.setattr(command, "documents_of", documents)
    monkeypatch.setattr(command, "synthesized_before_and_after", both)


def infra(*words: str) -> Any:
    cli._register(["cost"])
    return CliRunner().invoke(cli.app, ["cost", *words])


def expected(stack: str, content: dict[str, Any]) -> float:
    return estimate(stack, content).total.expected


def test_a_table_has_the_lines_the_total_and_what_it_lacks() -> None:
    shown = infra("ohi-dev")
    assert shown.exit_code == 0, shown.output
    [gateway] = [line.split() for line in shown.stdout.splitlines() if line.startswith("   NAT gateway")]
    assert gateway[2:] == ["1,460", "hour", "0.048", "70.08"]
    usd = expected("ohi-dev", LARGE)
    assert f"Together at least {usd:,.2f} USD a month: 1 of 5 prices is unknown." in shown.stdout
    known = f"Together {expected('webapp-dev', SMALL):,.2f} USD a month."
    assert known in infra("webapp-dev").stdout
    assert "composite alarm (eu-west-1)" in shown.stdout
    assert "Free tiers, taxes, discounts and commitments are not counted." in shown.stdout


def test_a_total_that_is_not_certain_says_between_what_it_is(stacks: dict[str, Any]) -> None:
    """The stack of an account has nothing that scales, and is charged for what is used."""
    console = Console(file=io.StringIO(), width=80)
    print_estimate(console, estimate("account", stacks["account"]), by="service")
    assert isinstance(console.file, io.StringIO)
    assert re.search(
        r"unknown;\s+what\s+is\s+known\s+is\s+from [\d,]+ to [\d,]+, by how\s+much is used",
        console.file.getvalue(),
    )


def test_nothing_is_lost_at_80_columns() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_estimate(console, estimate("ohi-dev", LARGE), by="service")
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    [title] = [place for place, line in enumerate(lines) if "USD a month of" in line]
    table = lines[title + 1 : [line.startswith("Together") for line in lines].index(True)]
    assert len(table) > 3
    assert all(len(line) <= 80 for line in table)
    assert [line for line in table if line.startswith("   hosted zone, global ")]
    assert [line for line in table if line.startswith("   composite alarm ") and "unknown" in line]


def test_a_long_list_of_what_is_unknown_is_broken_between_words_and_no_price_is_a_total() -> None:
    kinds: dict[str, Any] = {f"made_up_{number}": {"a": {}} for number in range(24)}
    console = Console(file=io.StringIO(), width=80)
    print_estimate(console, estimate("ohi-dev", document("eu-west-1", **kinds)), by="service")
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    [together] = [line for line in lines if line.startswith("Together")]
    assert together == "Together unknown: it has no price of 24 that it needs."
    [start] = [place for place, line in enumerate(lines) if line.startswith("Without, ")]
    [end] = [place for place, line in enumerate(lines) if line.startswith("infra prices --refresh")]
    assert end - start > 3
    assert all(len(line) <= 80 for line in lines[start:end])
    named = " ".join(lines[start:end])
    assert all(f"aws_{kind}" in named for kind in kinds)


def test_what_is_used_but_not_assumed_is_named_and_nothing_else(of: Any) -> None:
    queues: dict[str, Any] = {"sqs_queue": {"orders": {}}, "ecr_repository": {"api": {}}}
    assert of(**queues).not_assumed == ("images in ECR", "requests to queues of SQS")
    used = {"traffic": {"queue_million_requests": 1}}
    assert of(usage=used, **queues).not_assumed == ("images in ECR",)
    assert of(paused=True, **queues).not_assumed == ()


def test_lines_are_grouped_by_module_too() -> None:
    shown = infra("ohi-dev", "--by", "module")
    assert " network/b " in shown.stdout
    assert "VPC: NAT gateway" in shown.stdout


def test_json_has_every_line_with_source_and_date_and_the_lines_sum_to_the_total() -> None:
    [found] = json.loads(infra("ohi-dev", "--json").stdout)
    assert found["without"] == ["composite alarm (eu-west-1)"]
    priced = [line for line in found["lines"] if line["monthly"]]
    assert sum(line["monthly"]["expected"] for line in priced) == pytest.approx(found["total"]["expected"])
    assert all(line["price"]["source"] and line["price"]["date"] for line in priced)
    [unknown] = [line for line in found["lines"] if not line["monthly"]]
    assert unknown["price"]["usd"] is None
    assert found["prices"] == {"all": 5, "unknown": 1}


def test_csv_has_a_row_a_line_of_all_stacks() -> None:
    rows = list(csv.DictReader(io.StringIO(infra("ohi-dev", "webapp-dev", "--csv").stdout)))
    assert {row["stack"] for row in rows} == {"ohi-dev", "webapp-dev"}
    gateways = [row for row in rows if row["what"] == "NAT gateway"]
    assert [row["module"] for row in gateways] == ["network/a", "network/b", "network/a"]
    assert {row["SKU"] for row in gateways} == {"KFNSSCHWD43WZK2R"}


def test_without_a_name_all_stacks_are_shown() -> None:
    assert {one["stack"] for one in json.loads(infra("--json").stdout)} >= {"ohi-prod", "state-backend"}


def test_against_a_revision_the_differences_are_shown_by_line() -> None:
    shown = infra("ohi-dev", "webapp-dev", "--against", "main")
    assert shown.exit_code == 0, shown.output
    [gateway] = [line.split() for line in shown.stdout.splitlines() if "NAT gateway" in line]
    assert gateway == ["VPC", "network/b", "NAT", "gateway", "35.04", "+35.04"]
    [alarm] = [line.split() for line in shown.stdout.splitlines() if line.strip().startswith("CloudWatch")]
    assert alarm == ["CloudWatch", "alarm", "composite", "alarm", "0", "1", "unknown"]
    same = expected("webapp-dev", SMALL)
    assert f"webapp-dev, as at {COMMIT[:8]}: {same:,.2f} USD a month" in shown.stdout
    small, large = (expected("ohi-dev", one) for one in (SMALL, LARGE))
    assert (
        f"Together {small:,.2f} → at least {large:,.2f} USD a month: 1 of 5 prices is unknown" in shown.stdout
    )


def test_a_pull_request_gets_a_table_of_stacks_and_what_changed_in_each() -> None:
    text = infra("ohi-dev", "webapp-dev", "booking-dev", "--against", "main", "--markdown").stdout
    small, large = expected("ohi-dev", SMALL), expected("ohi-dev", LARGE)
    assert f"| ohi-dev | {small:,.2f} | at least {large:,.2f} | +35.04 and what is unknown |" in text
    same = expected("webapp-dev", SMALL)
    assert f"| webapp-dev | {same:,.2f} | {same:,.2f} | +0.00 |" in text
    # One that the revision hasn't is all new.
    assert "| booking-dev | 0.00 |" in text
    assert text.count("<details>") == text.count("</details>") == 2
    assert "Without: composite alarm (eu-west-1): their prices are unknown." in text


def test_changes_are_there_for_programs() -> None:
    found = json.loads(infra("ohi-dev", "--against", "main", "--json").stdout)
    [stack] = found["stacks"]
    assert (found["revision"], stack["changes"][0]["difference"]) == (COMMIT, 35.04)
    assert stack["now"]["expected"] - stack["before"]["expected"] == pytest.approx(35.04)
    rows = list(csv.DictReader(io.StringIO(infra("ohi-dev", "--against", "main", "--csv").stdout)))
    assert [row["difference"] for row in rows] == ["+35.04", "unknown"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "got 'nowhere'; allowed: ohi-dev"),
        (("nowhere", "elsewhere"), "got 'elsewhere'; allowed: ohi-dev"),
        (("--json", "--csv"), "got several; allowed: one of --json, --csv, --markdown"),
    ],
)
def test_wrong_input_is_a_sentence(words: tuple[str, ...], said: str) -> None:
    refused = infra(*words).exception
    assert isinstance(refused, ProblemsError)
    assert said in str(refused)
