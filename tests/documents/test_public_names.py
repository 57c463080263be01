"""The public names of the library: pinned, importable, and without the provider until one needs it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PINNED = PROJECT / "tests/golden/modules/public-names.txt"
STUBS = sorted((PROJECT / "modules").rglob("__init__.pyi"))
FOLDERS = [".".join(stub.parent.relative_to(PROJECT).parts) for stub in STUBS]


def test_public_names_are_as_pinned(golden: Callable[[Path, str], None]) -> None:
    names = [f"{folder}.{name}" for folder in FOLDERS for name in sorted(import_module(folder).__all__)]
    assert names
    golden(PINNED, "\n".join(names) + "\n")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_public_name_is_there(folder: str) -> None:
    face = import_module(folder)
    assert face.__all__
    assert all(getattr(face, name) is not None for name in face.__all__)


def test_importing_them_loads_no_provider() -> None:
    code = (
        f"import sys, importlib\nfor name in {FOLDERS!r}: importlib.import_module(name)\n"
        "from modules.networking import NetworkSettings, Tier\nfrom modules.compute import ServiceSettings\n"
        "print({'cdktf', 'constructs', 'jsii'} & {*sys.modules})"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "set()"


def test_a_stub_names_what_is_below_it_alone() -> None:
    line = re.compile(r"from \.\w+ import (\w+) as \1")
    for stub in STUBS:
        wrong = [text for text in stub.read_text().splitlines() if text and not line.fullmatch(text)]
        assert not wrong, f"{stub.parent.name}: {wrong}"
