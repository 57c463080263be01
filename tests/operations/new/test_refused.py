"""What `infra new` refuses of its name and options, and what it says where it can't go on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.new import command
from operations.new.checks import option_problems
from operations.new.command import NewProduct
from tests.running import PROJECT, run_infra

RIGHT = {"domain": "shop.example", "email": "ops@example.com", "owner": "us", "region": "eu-west-1"}


def test_an_option_that_settings_of_an_earlier_run_do_not_have_is_said_to_be_ignored(tmp_path: Path) -> None:
    (tmp_path / "stacks/cafe").mkdir(parents=True)
    (tmp_path / "stacks/catalogue.py").write_text("PRODUCTS = ()\n")
    product = NewProduct("cafe", tmp_path)
    options = {"domain": "cafe.example", "email": "a@example.com", "owner": "us", "region": "eu-west-1"}
    assert list(product.ignored(options)) == []
    settings = tmp_path / "stacks/cafe/settings.py"
    settings.write_text(product.contents(**options)[settings])
    assert list(product.ignored(options)) == []
    assert list(product.ignored({"region": "eu-west-2"})) == [
        "  ignored  --region eu-west-2: stacks/cafe/settings.py has another; edit it there"
    ]


def test_addresses_that_cannot_be_pinned_are_a_sentence_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed = subprocess.CompletedProcess(("pytest",), 1, stdout="=== FAILURES ===", stderr="")
    monkeypatch.setattr(command, "python", lambda *_: failed)
    with pytest.raises(ProblemsError) as raised:
        command.pin_addresses("book-shop")
    said = str(raised.value)
    assert "FAILURES" not in said
    assert "To undo: take the product out of PRODUCTS in stacks/catalogue.py, remove stacks/book_shop" in said
    test = said.partition("::")[2].partition("`")[0]
    assert f"def {test}(" in (PROJECT / "tests/stacks/test_addresses.py").read_text()


def test_the_help_says_what_a_name_may_be() -> None:
    shown = run_infra("new", "--help", environment={**os.environ, "COLUMNS": "300"}).stdout
    assert "the first beginning with a letter, 16 characters at most" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"region": "nowhere"}, "--region: got 'nowhere' (table of"),
        ({"domain": "shop"}, "--domain: got 'shop'"),
        ({"email": "ops"}, "--email: got 'ops'"),
        ({"email": 'o"ps@example.com'}, "--email: got"),
        ({"owner": 'the "team"'}, "--owner: got"),
        ({"owner": "the\nteam"}, "--owner: got 'the\\nteam'; allowed: letters, digits, spaces"),
        ({"owner": ""}, "--owner: got ''; allowed: a line of text"),
    ],
)
def test_an_option_that_its_settings_would_refuse_is_refused_before(wrong: dict[str, str], said: str) -> None:
    assert list(option_problems(**RIGHT)) == []
    (found, *_) = option_problems(**{**RIGHT, **wrong})
    assert str(found).startswith(said)


@pytest.mark.parametrize("name", ["account", "base", "catalogue", "state-backend"])
def test_a_name_that_a_file_of_stacks_has_is_refused(name: str) -> None:
    with pytest.raises(ProblemsError, match="allowed: a name that no file of stacks/ has"):
        NewProduct(name, PROJECT)


@pytest.mark.parametrize("name", ["Shop", "shop_two", "1shop", "class", "a-very-long-product", "", "shop-"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    said = r"product: got '.*'; allowed: lower-case words joined by '-', the first beginning with a letter"
    with pytest.raises(ProblemsError, match=said):
        NewProduct(name, PROJECT)
