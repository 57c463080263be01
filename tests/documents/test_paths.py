"""Every link of a document leads to a file, and every path in its inline code exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.documents.fences import FENCE, PROJECT, documents

FOLDERS = ("backend", "docs", "modules", "operations", "packages", "stacks", "tests")
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<section>[^)\s]+))?\)")
PATH = re.compile(rf"`(?P<path>(?:{'|'.join(FOLDERS)})/[^`\s]*)`")

# Files that people may create, and most don't.
OPTIONAL = {"backend/second.s3.tfbackend", "backend/ohi-prod.s3.tfbackend"}


def wrong_links(document: str, text: str) -> Iterator[str]:
    """Links to files or sections that don't exist."""
    here = PROJECT / document
    for link in LINK.finditer(FENCE.sub("", text)):
        target = here.parent / link["path"] if link["path"] else here
        if not target.exists():
            yield f"{document}: {link['path']} does not exist"
        elif link["section"] and link["section"] not in sections(target):
            yield f"{document}: {link['path']} has no section {link['section']}"


def sections(document: Path) -> set[str]:
    """The headings of a document, as links name them."""
    found = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def wrong_paths(document: str, text: str) -> Iterator[str]:
    """Paths in inline code where nothing is; `<product>` stands for any, as does `*`."""
    for found in PATH.finditer(FENCE.sub("", text)):
        pattern = re.sub(r"<[a-z-]+>", "*", found["path"]).rstrip("/")
        if pattern not in OPTIONAL and not any(PROJECT.glob(str(PurePosixPath(pattern)))):
            yield f"{document}: {found['path']} does not exist"


def test_every_link_leads_somewhere() -> None:
    found = documents()
    assert "README.md" in found
    wrong = [one for document, text in found.items() for one in wrong_links(document, text)]
    assert not wrong, "\n".join(wrong)


def test_every_path_exists() -> None:
    # What was is told in the changelog.
    told = {name: text for name, text in documents().items() if name != "CHANGELOG.md"}
    assert sum(len(PATH.findall(text)) for text in told.values()) > 20
    wrong = [one for document, text in told.items() for one in wrong_paths(document, text)]
    assert not wrong, "\n".join(wrong)


# Each check can fail.


@pytest.mark.parametrize(
    "link", ["[a](nowhere.md)", "[a](README.md#nothing)", "[a](docs/none/)", "[a](#nothing)"]
)
def test_a_wrong_link_is_found(link: str) -> None:
    assert list(wrong_links("README.md", link))


@pytest.mark.parametrize(
    "link", ["[a](https://example.com)", "[a](README.md#start)", "[a](docs)", "[a](#start)"]
)
def test_a_right_link_passes(link: str) -> None:
    assert not list(wrong_links("README.md", link))


@pytest.mark.parametrize("path", ["`stacks/none.py`", "`stacks/<product>/none.py`", "`modules/*/none.py`"])
def test_a_wrong_path_is_found(path: str) -> None:
    assert list(wrong_paths("README.md", path))


@pytest.mark.parametrize("path", ["`stacks/<product>/stack.py`", "`tests/`", "`none/at/all.py`"])
def test_a_right_path_passes(path: str) -> None:
    assert not list(wrong_paths("README.md", path))
