"""Compiled code is kept beside the files of extracted packages, and taken while they are the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import NodeModules

FILE = "cdktf/lib/manifest.js"
SOURCE = """
const other = require('./other.js');
const isResolved = require.resolve('./other.js') === other.file;
exports.found = () => [NUMBER, other.name, module.id === __filename, isResolved];
exports.self = this === exports;
"""
SCRIPT = f"""
const {{ found, self }} = require('{FILE}');
console.log(JSON.stringify([...found(), self]));
"""
Run = Callable[..., Any]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of a package in a cache of packages."""
    folder = tmp_path / "cache" / "cdktf"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "manifest.js").write_text(SOURCE.replace("NUMBER", "1"))
    (folder / "lib" / "other.js").write_text("exports.name = 'other';\nexports.file = __filename;\n")
    return folder


@pytest.fixture
def run(modules: NodeModules, package: Path) -> Run:
    """`run(**environment)`: what the package says, linked as jsii links it, in a kernel started directly."""
    version = modules.run("console.log(process.versions.node.split('.')[0])")
    (modules.project / "node_modules" / "cdktf").symlink_to(package)

    def run(**environment: str) -> Any:
        kept = {"PYTHONDONTWRITEBYTECODE": "", "NODE_OPTIONS": "--preserve-symlinks"}
        return modules.run(SCRIPT, **{**kept, "FAST_SYNTHESIS_NODE": str(version), **environment})

    return run


def kept(package: Path) -> dict[str, bytes]:
    """The compiled code of each file."""
    return {path.name.split(".js.")[0]: path.read_bytes() for path in package.rglob("*.code")}


def test_code_is_kept_and_taken(run: Run, package: Path) -> None:
    assert run() == [1, "other", True, True, True]
    first = kept(package)
    assert set(first) == {"manifest", "other"}
    assert run() == [1, "other", True, True, True]
    assert kept(package) == first


def test_the_text_that_was_kept_is_compiled_where_v8_refuses_the_code(run: Run, package: Path) -> None:
    run()
    file = next(package.rglob("manifest.js.*.code"))
    head, _, content = file.read_bytes().partition(b"\n")
    text = content[: int(head.split()[1])]
    changed = text.replace(b"[1, other.name", b"[3, other.name")
    file.write_bytes(b"\n".join((head, changed + bytes(int(head.split()[2])))))
    assert run()[0] == 3


def test_a_changed_file_is_compiled_anew(run: Run, package: Path) -> None:
    run()
    before = kept(package)
    (package / "lib" / "manifest.js").write_text(SOURCE.replace("NUMBER", "2"))
    assert run()[0] == 2
    assert kept(package)["other"] == before["other"]
    assert kept(package)["manifest"] != before["manifest"]


@pytest.mark.parametrize(
    "damaged",
    [
        lambda content: content[:-40],
        lambda content: content + b"x",
        lambda content: content.replace(b"exports", b"exporte", 1)[:40],
        lambda content: b" ".join(content.split(b" ")[:2]) + b"\n(what an earlier version kept",
        lambda _: b"",
    ],
)
def test_damaged_code_is_compiled_anew(damaged: Callable[[bytes], bytes], run: Run, package: Path) -> None:
    run()
    before = kept(package)
    for path in package.rglob("*.code"):
        path.write_bytes(damaged(path.read_bytes()))
    assert run() == [1, "other", True, True, True]
    assert kept(package).keys() == before.keys()
    assert all(len(kept(package)[name]) > len(code) - 40 for name, code in before.items())


@pytest.mark.parametrize(
    "environment", [{"PYTHONDONTWRITEBYTECODE": "1"}, {"FAST_SYNTHESIS_WITHOUT": "compiled"}]
)
def test_it_is_switched_off(environment: dict[str, str], run: Run, package: Path) -> None:
    assert run(**environment) == [1, "other", True, True, True]
    assert kept(package) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_may_be_written_nothing_is(run: Run, package: Path) -> None:
    (package / "lib").chmod(0o500)
    assert run() == [1, "other", True, True, True]
    assert kept(package) == {}


def test_beside_a_file_that_jsii_removes_nothing_is_kept(
    run: Run, modules: NodeModules, package: Path
) -> None:
    link = modules.project / "node_modules" / "cdktf"
    link.unlink()
    package.rename(link)
    assert run() == [1, "other", True, True, True]
    assert kept(link) == {}
