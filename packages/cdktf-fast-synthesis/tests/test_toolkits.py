"""Which toolkit cdktf's names give, on packages made for the test in processes of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., list[str]]

# Finds what the test wrote, and neither the cdktf nor the cdktn that this Python has.
ISOLATED = """
import sys
from importlib.machinery import PathFinder
from cdktf_fast_synthesis import toolkits
stock, wanted = PathFinder.find_spec, sys.argv[1]
def find_spec(name, path=None, target=None):
    root = name.partition(".")[0]
    return stock(name, [wanted] if root == name and root.startswith("cdkt") else path, target)
PathFinder.find_spec = find_spec
"""


@pytest.fixture
def run(tmp_path: Path, run_python: Callable[..., CompletedProcess[str]]) -> Run:
    """What a program prints that finds these packages."""

    def run(program: str, *packages: str) -> list[str]:
        for name in packages:
            for folder in (tmp_path / name, tmp_path / name / "vpc"):
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "__init__.py").write_text(f"class Vpc: made_by = {name!r}\n")
        source = str(Path(__file__).parents[1] / "src")
        return run_python(tmp_path, ISOLATED + program, str(tmp_path), PYTHONPATH=source).stdout.split()

    return run


CDKTF, CDKTN = ("cdktf", "cdktf_cdktf_provider_fake"), ("cdktn", "cdktn_provider_fake")
USED = """
toolkits.use({name!r})
import cdktf
from cdktf_cdktf_provider_fake.vpc import Vpc
print(toolkits.toolkit(), cdktf.__name__, cdktf.Vpc.made_by, Vpc.made_by, toolkits.package("cdktf.vpc"))
"""


@pytest.mark.parametrize(
    ("name", "packages", "toolkit"),
    [
        (None, CDKTF, "cdktf"),
        (None, CDKTN, "cdktn"),
        (None, (*CDKTF, *CDKTN), "cdktf"),
        ("cdktf", (*CDKTF, *CDKTN), "cdktf"),
        ("cdktn", (*CDKTF, *CDKTN), "cdktn"),
    ],
)
def test_cdktfs_names_give_the_toolkit_that_is_named_or_installed(
    run: Run, name: str | None, packages: tuple[str, ...], toolkit: str
) -> None:
    provider = CDKTF[1] if toolkit == "cdktf" else CDKTN[1]
    assert run(USED.format(name=name), *packages) == [toolkit, toolkit, toolkit, provider, f"{toolkit}.vpc"]


def test_a_module_is_one_under_both_names_and_keeps_its_own(run: Run) -> None:
    program = """
toolkits.use()
import cdktf_cdktf_provider_fake.vpc as alias, cdktn_provider_fake.vpc as real, cdktf_cdktf_provider_fake
print(alias is real, real.__spec__.name, cdktf_cdktf_provider_fake.vpc is real)
try:
    import cdktf_cdktf_provider_fake.sqs_queue
except ModuleNotFoundError as error:
    print(error.name)
"""
    assert run(program, *CDKTN) == [
        "True",
        "cdktn_provider_fake.vpc",
        "True",
        "cdktn_provider_fake.sqs_queue",
    ]


def test_a_second_choice_counts_and_none_leaves_the_first(run: Run) -> None:
    program = """
for name in ("cdktn", None, "cdktf"):
    toolkits.use(name)
    print(toolkits.toolkit(), toolkits.package("cdktf_cdktf_provider_fake"), toolkits.package("other"))
"""
    assert run(program, *CDKTF, *CDKTN) == [
        *["cdktn", "cdktn_provider_fake", "other"] * 2,
        *["cdktf", "cdktf_cdktf_provider_fake", "other"],
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "cdktn",
            r"toolkit: got 'cdktn', which is not installed in .+; allowed: cdktf; name one .*",
        ),
        ("pulumi", r"toolkit: got 'pulumi'; allowed: cdktf; correct the name"),
    ],
)
def test_a_toolkit_that_is_not_there_is_refused(run: Run, name: str, sentence: str) -> None:
    program = f"""
try:
    toolkits.use({name!r})
except toolkits.SynthesisError as error:
    print(error)
"""
    assert re.fullmatch(sentence, " ".join(run(program, *CDKTF)))
