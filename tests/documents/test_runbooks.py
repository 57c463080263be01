"""Every runbook is in the index, and a test tries it or it says why none does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents.fences import FENCE, PROJECT

FOLDER = PROJECT / "docs/runbooks"
RUNBOOKS = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.md")) if path.name != "README.md"}
TRIED, NOT_RUN = "Tried by ", "Not run here"
_TEST = re.compile(r"`((?:tests|packages)/[\w./-]+)`")


def problems(text: str) -> Iterator[str]:
    """What a runbook lacks: the sentence of its tests, and tests that exist."""
    last = text.strip().rpartition("\n\n")[2]
    if not (TRIED in last or last.startswith(NOT_RUN)):
        yield f"ends neither with '{TRIED}`tests/…`' nor with '{NOT_RUN}: the reason'"
    named = _TEST.findall(last)
    if TRIED in last and not named:
        yield "names no test"
    yield from (f"there is no {path}" for path in named if not (PROJECT / path).exists())
    if not FENCE.search(text) and not re.search(r"`(infra|terraform|aws) ", text):
        yield "has no command"


def is_named(page: str) -> bool:
    """Whether a test names a page."""
    files = [path for path in (PROJECT / "tests").rglob("test_*.py") if path != Path(__file__)]
    return any(page in path.read_text() for path in files)


@pytest.mark.parametrize("name", RUNBOOKS)
def test_a_test_tries_a_runbook_or_it_says_why_none_does(name: str) -> None:
    assert is_named(name) or not list(problems(RUNBOOKS[name]))


def test_the_index_has_every_runbook_once() -> None:
    index = (FOLDER / "README.md").read_text()
    found = re.findall(r"^\| \[([\w-]+\.md)\]\(\1\) \| \S", index, re.MULTILINE)
    assert sorted(found) == list(RUNBOOKS)


@pytest.mark.parametrize(
    "text",
    [
        "```sh\ninfra plan ohi-dev\n```\n",
        "`infra plan`\n\nTried by hand.\n",
        "`infra plan`\n\nTried by `tests/none.py`.\n",
        "Words.\n\nNot run here: nobody can.\n",
    ],
)
def test_a_runbook_that_nothing_tries_is_found(text: str) -> None:
    assert list(problems(text))


def test_a_reason_is_enough() -> None:
    assert not list(problems("`infra plan`\n\nNot run here: the account is real.\n"))
