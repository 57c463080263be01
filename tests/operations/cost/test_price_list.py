"""`infra prices`: against a local server with small files in the format of AWS's price list."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from operations import cli
from operations.cost import refresh
from operations.cost.price_list import VARIABLE
from operations.cost.prices import Prices

# The columns that every offer has, and some that the offer of RDS has (AWS Billing user guide).
_HEADER = (
    "SKU,OfferTermCode,RateCode,TermType,PriceDescription,EffectiveDate,StartingRange,EndingRange,Unit,"
    "PricePerUnit,Currency,RelatedTo,LeaseContractLength,PurchaseOption,OfferingClass,Product Family,"
    "serviceCode,Location,usageType,operation,Database Engine,Region Code"
)
COLUMNS = next(csv.reader([_HEADER]))
PUBLISHED = "2026-11-20"
GATEWAY, DATABASE, BACKUP, STORAGE = (letter * 16 for letter in "GDBS")
PRODUCTS = {
    "gateway": {
        "what": "gateway",
        "unit": "hour",
        "offer": "AmazonEC2",
        "usage_type": "{prefix}NatGateway-Hours",
    },
    "database": {
        "what": "database",
        "unit": "hour",
        "offer": "AmazonRDS",
        "usage_type": "{prefix}InstanceUsage:db.t4g.micro",
        "columns": {"Database Engine": "PostgreSQL"},
    },
    "storage": {
        "what": "storage",
        "unit": "GB-month",
        "offer": "AmazonS3",
        "usage_type": "{prefix}TimedStorage",
    },
    "by-hand": {"what": "what no list has", "unit": "GB"},
}
OLD = {"usd": 0.05, "date": "2025-01-01", "source": "a bill"}


def row(sku: str, usage: str, usd: str, **more: str) -> dict[str, str]:
    """A row of an offer's CSV."""
    known = {
        "SKU": sku,
        "TermType": "OnDemand",
        "StartingRange": "0",
        "EndingRange": "Inf",
        "Unit": "Hrs",
        "PricePerUnit": usd,
        "Currency": "USD",
        "usageType": usage,
    }
    return {
        **dict.fromkeys(COLUMNS, ""),
        **known,
        **{name.replace("_", " "): value for name, value in more.items()},
    }


def offer(code: str, *rows: dict[str, str]) -> bytes:
    """An offer's CSV, with its five rows of metadata."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["FormatVersion", "v1.0"])
    writer.writerow(["Disclaimer", "This pricing list is for informational purposes only."])
    writer.writerow(["Publication Date", f"{PUBLISHED}T17:45:21Z"])
    writer.writerow(["Version", "20261120174521"])
    writer.writerow(["OfferCode", code])
    writer.writerow(COLUMNS)
    writer.writerows([[one[name] for name in COLUMNS] for one in rows])
    return text.getvalue().encode()


EC2 = (
    row("R" * 16, "EU-RegionalNatGateway-Hours", "9"),
    row("X" * 16, "EU-NatGateway-Hours", "0.01", TermType="Reserved"),
    row(GATEWAY, "EU-NatGateway-Hours", "0.0480000000"),
)
RDS = (
    row("M" * 16, "EU-InstanceUsage:db.t4g.micro", "0.9", Database_Engine="MySQL"),
    row(DATABASE, "EU-InstanceUsage:db.t4g.micro", "0.0170000000", Database_Engine="PostgreSQL"),
)
S3 = (
    row(STORAGE, "EU-TimedStorage", "0.0220000000", StartingRange="51200"),
    row(STORAGE, "EU-TimedStorage", "0.0230000000", EndingRange="51200"),
)
PATH = "/offers/v1.0/aws/{}/current/eu-west-1/index.csv"
CUT = b"and there it ends"
Served = dict[str, bytes | int]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """What the server has, by path: a file, or a status."""
    found: Served = {
        PATH.format(f"Amazon{code}"): offer(f"Amazon{code}", *rows)
        for code, rows in (("EC2", EC2), ("RDS", RDS), ("S3", S3))
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = found.get(self.path, 403)
            if isinstance(answer, int):
                if answer:
                    self.send_error(answer)
                return
            self.send_response(200)
            missing = 100 if answer.endswith(CUT) else 0
            self.send_header("Content-Length", str(len(answer) + missing))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(VARIABLE, f"http://127.0.0.1:{server.server_port}")
        yield found
        server.shutdown()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """`file(gateway=…)` is the price file, with figures of eu-west-1."""

    def made(**figures: Any) -> Path:
        path = tmp_path / "prices.json"
        content = {"currency": "USD", "products": PRODUCTS, "regions": {"eu-west-1": figures}}
        path.write_text(json.dumps(content))
        monkeypatch.setattr(refresh, "FILE", path)
        return path

    return made


def infra(*words: str) -> Any:
    cli._register(["prices"])
    return CliRunner().invoke(cli.app, ["prices", *words])


@pytest.mark.usefixtures("served")
def test_a_check_names_each_difference_and_writes_nothing(file: Callable[..., Path]) -> None:
    path = file(gateway=OLD, database={**OLD, "usd": 0.017}, **{"by-hand": OLD})
    before = path.read_bytes()
    found = infra("--check")
    assert found.exit_code == 1, found.output
    assert found.stdout.splitlines() == [
        "eu-west-1 gateway: 0.05 here, 0.048 in the list",
        "eu-west-1 storage: unknown here, 0.023 in the list",
    ]
    assert path.read_bytes() == before


@pytest.mark.usefixtures("served")
def test_a_refresh_writes_the_first_tier_with_sku_source_and_date(
    file: Callable[..., Path], served: Served
) -> None:
    path = file(gateway=OLD, **{"by-hand": OLD})
    assert infra("--refresh").exit_code == 0
    ours = Prices(path)
    assert {
        key: (one.usd, one.sku, str(one.date)) for key, one in ours.content.regions["eu-west-1"].items()
    } == {
        "gateway": (0.048, GATEWAY, PUBLISHED),
        "database": (0.017, DATABASE, PUBLISHED),
        "storage": (0.023, STORAGE, PUBLISHED),
        # What no list has stays as somebody found it.
        "by-hand": (0.05, None, "2025-01-01"),
    }
    assert ours.content.regions["eu-west-1"]["gateway"].source.endswith(PATH.format("AmazonEC2"))
    again = infra("--check", "--json")
    assert (again.exit_code, json.loads(again.stdout)) == (0, [])
    assert len(served) == 3


def test_what_the_list_has_twice_or_no_more_stays_and_is_named(
    file: Callable[..., Path], served: Served
) -> None:
    path = file(gateway=OLD, database=OLD)
    served[PATH.format("AmazonEC2")] = offer("AmazonEC2", *EC2, row("A" * 16, "EU-NatGateway-Hours", "0.07"))
    served[PATH.format("AmazonRDS")] = offer("AmazonRDS")
    found = infra("--refresh")
    assert found.stdout.splitlines()[:2] == [
        "eu-west-1 gateway: the list has it 2 times",
        "eu-west-1 database: the list has it no more",
    ]
    kept = Prices(path).content.regions["eu-west-1"]
    assert (kept["gateway"].usd, kept["database"].usd) == (OLD["usd"], OLD["usd"])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (403, "got 403 Forbidden; allowed: a price list"),
        (0, "allowed: an answer"),
        (offer("AmazonEC2", *EC2) + CUT, "100 bytes of the file did not come"),
        (b"<html>", "allowed: AWS's price list as CSV"),
        (offer("AmazonEC2").replace(b"usageType", b"usage"), "no columns SKU and usageType"),
        (
            offer("AmazonEC2", row(GATEWAY, "EU-NatGateway-Hours", "free")),
            "could not convert string to float",
        ),
    ],
    ids=["refused", "no answer", "cut", "html", "columns", "figure"],
)
@pytest.mark.parametrize("option", ["--check", "--refresh"])
def test_a_list_that_cannot_be_read_changes_nothing(
    file: Callable[..., Path], served: Served, answer: bytes | int, said: str, option: str
) -> None:
    path = file(gateway=OLD)
    before = path.read_bytes()
    served[PATH.format("AmazonEC2")] = answer
    found = infra(option)
    problems = found.exception.problems
    assert len(problems) == 1
    assert said in str(problems[0])
    assert path.read_bytes() == before


def test_all_files_that_cannot_be_read_are_told_at_once_by_reason(
    file: Callable[..., Path], served: Served
) -> None:
    file(gateway=OLD, database=OLD)
    served.clear()
    served[PATH.format("AmazonEC2")] = b"<html>"
    html, refused = infra("--check").exception.problems
    assert html.where.endswith(PATH.format("AmazonEC2"))
    assert refused.where.endswith(f"{PATH.format('AmazonRDS')} and 1 more")
    assert refused.what.startswith("got 403 Forbidden; ")


def test_without_a_network_it_says_so(file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    file(gateway=OLD)
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:1")
    [line] = str(infra("--check").exception).splitlines()
    assert " and 2 more: got " in line
    assert "Connection refused; allowed: an answer; run it again where there is network" in line


def test_the_prices_are_shown_with_their_sources(file: Callable[..., Path]) -> None:
    file(gateway=OLD)
    assert "a bill" in infra().stdout
    [shown] = json.loads(infra("--json").stdout)
    assert (shown["region"], shown["key"], shown["usd"]) == ("eu-west-1", "gateway", OLD["usd"])
    assert "got 'xx'; allowed: eu-west-1" in str(infra("--region", "xx").exception)
