"""`infra new`, in a copy of the project: what it writes passes the checks of every stack at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.databases.common.settings import DEFAULT_VERSION
from modules.errors import ProblemsError
from modules.offers.document import document_problems
from modules.offers.table import offers
from operations.new.checks import place_problems
from operations.new.command import NewProduct
from operations.plan.policy import checkov, findings, left_over
from operations.sandbox import prepared
from tests.running import INFRA, PROJECT

# Of its environments by name, of its own, and of every product at once.
CHECKS = (
    "book-shop",
    "share_nothing",
    "survives",
    "pinned",
    "catalogue",
    "tags",
    "budget",
    "every_environment",
)
LEFT_OUT = (".git", ".venv*", "node_modules", "cdktf.out", ".*_cache", ".hypothesis", ".state", ".sandbox")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without what is installed or made."""
    directory = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(PROJECT, directory, ignore=shutil.ignore_patterns(*LEFT_OUT, "__pycache__", "*.egg-info"))
    for installed in ("node_modules", ".venv"):
        (directory / installed).symlink_to(PROJECT / installed)
    return directory


def run(directory: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program of this environment in the copy, whose modules come first."""
    # A worker's variables would have the copy's tests read what this project's tests wrote.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {**own, "PYTHONPATH": str(directory), **variables}
    return subprocess.run(
        [sys.executable, *words],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def written(copy: Path) -> Path:
    """The copy with a new product in it."""
    done = run(copy, *INFRA, "new", "book-shop", "--email", "ops@example.com")
    assert done.returncode == 0, done.stderr + done.stdout
    _, _, after = done.stdout.partition("Next:")
    assert "python -m pytest tests/stacks/book_shop\n" in after
    assert "git commit -m 'Add book-shop'\n" in after
    assert "  changed  .github/workflows/apply.yml\n" in done.stdout
    return copy


def test_it_passes_the_checks_of_every_stack(written: Path) -> None:
    shown = run(
        written,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not terraform and not emulator"),
        *("-k", f"({' or '.join(CHECKS)}) and not generated", "tests/stacks"),
    )
    assert shown.returncode == 0, shown.stdout[-3000:]
    assert {one.name for one in written.glob("tests/golden/book-shop-*")} == {
        "book-shop-dev.txt",
        "book-shop-prod.txt",
    }


@pytest.fixture(scope="module", params=["book-shop-dev", "book-shop-prod"])
def planned(
    request: pytest.FixtureRequest,
    written: Path,
    session_emulator: Emulator,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """The plan of each environment of the new product by its name, valid and in Terraform's JSON."""
    stack = request.param
    session_emulator.reset()
    directory = tmp_path_factory.mktemp("planned")
    shown = run(written, "main.py", CDKTF_OUTDIR=str(directory / "output"), INFRA_STACKS=stack)
    assert shown.returncode == 0, shown.stderr
    document = directory / "output/stacks" / stack / "cdk.tf.json"
    terraform = prepared(document, directory / "workspace", session_emulator, exclusions=()).terraform
    terraform.validate()
    return {stack: terraform.show(terraform.plan())}


@pytest.mark.terraform
def test_terraform_plans_it(planned: dict[str, Any]) -> None:
    [plan] = planned.values()
    created = {one["type"] for one in plan["resource_changes"] if one["change"]["actions"] == ["create"]}
    assert created >= {
        "aws_vpc",
        "aws_lb",
        "aws_db_instance",
        "aws_elasticache_replication_group",
        "aws_ecs_service",
    }


@pytest.mark.terraform
@pytest.mark.skipif(checkov() is None, reason="checkov is not installed; make policy installs it")
def test_the_policy_has_no_finding_that_is_not_accepted(planned: dict[str, Any]) -> None:
    found = findings(planned)
    assert found, "checkov has nothing against what the modules fail on purpose"
    assert left_over(found) == []


@pytest.mark.parametrize("words", [("check",), ("format", "--check")])
def test_it_is_written_as_the_linter_wants_it(written: Path, words: tuple[str, ...]) -> None:
    shown = run(written, "-m", "ruff", *words, "stacks", "tests/stacks/book_shop")
    assert shown.returncode == 0, shown.stdout


def test_its_network_is_free_and_it_is_in_the_catalogue(written: Path) -> None:
    shown = run(written, "-c", "from stacks.catalogue import catalogue; print(*catalogue())")
    assert {"book-shop-dev", "book-shop-prod"} <= {*shown.stdout.split()}


def test_a_region_is_refused_where_synthesis_would_refuse_it_and_no_other(
    written: Path, tmp_path: Path
) -> None:
    shown = run(written, "main.py", CDKTF_OUTDIR=str(tmp_path), INFRA_STACKS="book-shop-*")
    assert shown.returncode == 0, shown.stderr
    texts = [file.read_text() for file in tmp_path.glob("stacks/book-shop-*/cdk.tf.json")]
    assert len(texts) == 2

    def refused(region: str) -> bool:
        documents = [json.loads(text.replace("eu-west-1", region)) for text in texts]
        return any([*document_problems("book-shop", document)] for document in documents)

    expected = {region: refused(region) for region in offers().zones}
    assert {*expected.values()} == {True, False}
    assert {region: bool([*place_problems(region)]) for region in expected} == expected


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--region", "us-iso-east-1"),
            "--region: got 'us-iso-east-1', which lacks db.t4g.micro of postgres, ",
        ),
        (
            ("--domain", "book-shop.example"),
            "stacks/cafe: cafe-dev.domain: got dev.book-shop.example, which ",
        ),
    ],
)
def test_what_is_refused_writes_nothing(
    written: Path, options: tuple[str, ...], said: str, dry: tuple[str, ...]
) -> None:
    catalogue = (written / "stacks/catalogue.py").read_text()
    shown = run(written, *INFRA, "new", "cafe", *options, *dry)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith(said)
    assert not (written / "stacks/cafe").exists()
    assert (written / "stacks/catalogue.py").read_text() == catalogue


def test_its_settings_refuse_a_recovery_in_its_own_region(written: Path) -> None:
    wrong = """
from dataclasses import replace
from ipaddress import IPv4Network
from modules.resilience.recovery.settings import Recovery, RecoveryTier
from stacks.book_shop.settings import DEV
network = IPv4Network("10.99.0.0/16")
replace(DEV, recovery=Recovery(region="eu-west-1", tier=RecoveryTier.BACKUP, cidr=network))
"""
    assert "recovery.region: got eu-west-1, the primary's own; allowed" in run(written, "-c", wrong).stderr


def test_a_second_run_is_refused_and_changes_nothing(written: Path) -> None:
    settings = (written / "stacks/book_shop/settings.py").read_text()
    again = run(written, *INFRA, "new", "book-shop")
    assert again.returncode == 2
    assert again.stderr.startswith("product: got 'book-shop'; allowed: a product that the catalogue has not")
    assert (written / "stacks/book_shop/settings.py").read_text() == settings


def test_a_dry_run_writes_nothing(written: Path) -> None:
    shown = run(written, *INFRA, "new", "cafe", "--dry-run")
    assert "would write    stacks/cafe/settings.py" in shown.stdout
    assert not (written / "stacks/cafe").exists()
    assert "cafe" not in (written / "stacks/catalogue.py").read_text()


def test_a_product_states_the_version_of_its_database_so_that_another_default_upgrades_none(
    tmp_path: Path,
) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/catalogue.py").write_text("PRODUCTS = ()\n")
    contents = NewProduct("cafe", tmp_path).contents(
        domain="cafe.example", email="a@example.com", owner="us", region="eu-west-1"
    )
    settings = contents[tmp_path / "stacks/cafe/settings.py"]
    assert f", version={DEFAULT_VERSION})" in settings


def test_an_interrupted_run_is_completed(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    catalogue = tmp_path / "stacks/catalogue.py"
    catalogue.write_text('"""Every stack."""\n\nPRODUCTS = ("ohi",)\n')
    product = NewProduct("cafe", tmp_path)
    contents = product.contents(domain="cafe.example", email="a@example.com", owner="us", region="eu-west-1")
    assert {file.name for file in contents} >= {"settings.py", "stack.py", "connections.py"}
    assert not [content for content in contents.values() if "${" in content.replace("${{", "")]
    product.register()
    # Interrupted while addresses are pinned: the next run goes on.
    NewProduct("cafe", tmp_path).register()
    assert catalogue.read_text() == '"""Every stack."""\n\nPRODUCTS = ("ohi", "cafe")\n'
    (tmp_path / "tests/golden").mkdir(parents=True)
    (tmp_path / "tests/golden/cafe-dev.txt").touch()
    NewProduct("cafe", tmp_path)
    (tmp_path / "tests/golden/cafe-prod.txt").touch()
    with pytest.raises(ProblemsError, match="got 'cafe'"):
        NewProduct("cafe", tmp_path)


def test_what_stands_in_the_way_is_said_and_the_catalogue_stays(written: Path) -> None:
    catalogue = (written / "stacks/catalogue.py").read_text()
    (written / "stacks/pub").mkdir()
    (written / "stacks/pub/settings.py").write_text("garbage(\n")
    shown = run(written, *INFRA, "new", "pub")
    assert shown.returncode == 2
    assert "stacks/pub: SyntaxError" in shown.stderr
    assert (written / "stacks/catalogue.py").read_text() == catalogue
