"""Tables of commands, in terminals of every width: no word is cut, and no column lost."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from operations.console import table

ROWS = [
    ("webapp-production-recovery", "12", "2026-11-27 08:38 UTC", "apply of ada@laptop"),
    ("account", "1", "2026-11-26 18:01 UTC", ""),
]


def states() -> Table:
    """A table like that of `infra state list`."""
    made = table("stack", "serial", "last written", "locked by", title="States")
    for row in ROWS:
        made.add_row(*row)
    return made


def printed(shown: Table, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(shown)
    return out.getvalue()


@pytest.mark.parametrize("width", [28, 40, 60, 80, 200])
def test_no_word_is_cut_and_no_line_is_wider_than_the_terminal(width: int) -> None:
    text = printed(states(), width)
    assert {word for row in ROWS for cell in row for word in cell.split()} <= {*text.split()}
    assert "…" not in text
    assert all(len(line) <= width for line in text.splitlines())


def test_a_wide_terminal_has_each_row_on_a_line() -> None:
    lines = [re.sub(" {2,}", "  ", line.strip()) for line in printed(states(), 80).splitlines()]
    assert lines == [
        "States",
        "stack  serial  last written  locked by",
        *("  ".join(row).strip() for row in ROWS),
    ]


def test_a_row_is_a_paragraph_where_the_columns_do_not_fit_and_has_no_empty_cell() -> None:
    assert printed(states(), 40).splitlines() == [
        "States",
        "webapp-production-recovery",
        "    serial: 12",
        "    last written: 2026-11-27 08:38 UTC",
        "    locked by: apply of ada@laptop",
        "account",
        "    serial: 1",
        "    last written: 2026-11-26 18:01 UTC",
    ]


def test_an_indented_cell_stays_so_and_a_column_without_a_name_has_none() -> None:
    made = table("service", "")
    made.add_row(Padding("gateway-of-the-network", (0, 0, 0, 2)), "hours-of-use")
    assert [line.rstrip() for line in printed(made, 30).splitlines()] == [
        "  gateway-of-the-network",
        "    hours-of-use",
    ]


def test_what_may_be_cut_is_cut_before_the_rows_become_paragraphs() -> None:
    made = table()
    made.add_column("service", no_wrap=True)
    made.add_column("image", no_wrap=True, min_width=len("image"))
    made.add_row("api", "a-long-name-of-an-image")
    assert "api      a-long-n…" in printed(made, 20)
