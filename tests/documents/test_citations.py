"""What is cited of a specification stands there: `docs/specification/ohi.md, "Data" and "Edge"`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FOLDERS = ("backend", "docs", "modules", "operations", "packages", "stacks", "tests")
SPECIFICATIONS = PROJECT / "docs" / "specification"
_FILE = r"docs/specification/(?P<file>[\w-]+)\.md"
_SECTIONS = r"(?P<sections>(?:(?:, | and )\"[^\"]+\")*)"
CITATION = re.compile(_FILE + _SECTIONS)
DOCUMENT = re.compile(r"\bdocs/[\w/-]+\.md")
# A specification that is named in another way: which one, and which section, nobody can check.
VAGUE = re.compile(r"\(spec(?: of [\w ]+)?\)|\b[Ss]pec(?:ification)?(?: of [\w ]+)?, \"[^\"]+\"")
# A citation may go on in the next line of a comment or a docstring.
_CONTINUED = re.compile(r"\n[ \t]*(?:# )?")


def headings(text: str) -> list[str]:
    """The headings of a document in Markdown."""
    return re.findall(r"^#+ (.+)$", text, re.MULTILINE)


def is_heading(section: str, found: list[str]) -> bool:
    """Whether a section is one of the headings, or its beginning up to a colon or a bracket."""
    return any(one == section or one.startswith((f"{section}:", f"{section} (")) for one in found)


def wrong_citations(text: str, specifications: Mapping[str, str]) -> Iterator[str]:
    """What a text cites that no specification has."""
    text = _CONTINUED.sub(" ", text)
    for vague in VAGUE.finditer(text):
        yield f'{vague[0]}: write it as docs/specification/PRODUCT.md, "Section"'
    for found in CITATION.finditer(text):
        if found["file"] not in specifications:
            yield f"{found[0]}: there are {', '.join(sorted(specifications))}"
            continue
        known = headings(specifications[found["file"]])
        for section in re.findall(r"\"([^\"]+)\"", found["sections"]):
            if not is_heading(section, known):
                yield f"{found['file']}.md has no {section!r}; its sections: {'; '.join(known)}"


def documents() -> dict[str, str]:
    """Text by path of everything that may cite."""
    found = [
        path
        for folder in FOLDERS
        for pattern in ("*.py", "*.pyi", "*.md")
        for path in (PROJECT / folder).rglob(pattern)
    ]
    return {str(path.relative_to(PROJECT)): path.read_text() for path in found if path != Path(__file__)}


@pytest.fixture(scope="module")
def specifications() -> dict[str, str]:
    """The text of each specification by its name."""
    found = {path.stem: path.read_text() for path in SPECIFICATIONS.glob("*.md")}
    assert {"ohi", "booking", "webapp"} <= found.keys()
    return found


def test_every_cited_section_exists(specifications: dict[str, str]) -> None:
    texts = documents()
    assert sum(len(CITATION.findall(text)) for text in texts.values()) > 5, "nothing cites a specification"
    wrong = [
        f"{path}: {one}" for path, text in texts.items() for one in wrong_citations(text, specifications)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_document_that_code_names_exists() -> None:
    code = {path: text for path, text in documents().items() if not path.endswith(".md")}
    named = {(path, one) for path, text in code.items() for one in DOCUMENT.findall(text)}
    assert len(named) > 5
    missing = [f"{path}: {one}" for path, one in sorted(named) if not (PROJECT / one).is_file()]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("name", ["ohi", "webapp"])
def test_each_product_s_specification_is_cited(name: str) -> None:
    citing = [path for path, text in documents().items() if f"docs/specification/{name}.md" in text]
    assert [path for path in citing if not path.startswith("docs/")]


# The check can fail.


@pytest.mark.parametrize(
    "text",
    [
        'see docs/specification/shop.md, "Data"',
        'see docs/specification/ohi.md, "Dates"',
        'see docs/specification/ohi.md, "Data" and "Dates"',
        '# see docs/specification/ohi.md,\n# "Dates"',
        'OHI\'s data (spec, "Data")',
        'OHI\'s data (spec of OHI, "Data")',
        "ten properties (spec of Web app)",
        'as in the specification, "Data"',
    ],
)
def test_a_wrong_citation_is_found(text: str) -> None:
    assert len(list(wrong_citations(text, {"ohi": "# OHI\n## Data: all of it\n"}))) == 1


@pytest.mark.parametrize(
    "text",
    [
        'see docs/specification/ohi.md, "Data"',
        'see docs/specification/ohi.md,\n    "Data" and "OHI".',
        "docs/specification/ohi.md",
        "importlib's find_spec, and module specs",
    ],
)
def test_other_texts_pass(text: str) -> None:
    assert not list(wrong_citations(text, {"ohi": "# OHI\n## Data: all of it\n"}))
