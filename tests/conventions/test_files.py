"""What no file of the project may hold, how long one may be, and that every test is run."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import pytest

LONGEST = 300
# Longer files, each with the reason why it was not split. Keep this list short.
LONGER: dict[str, str] = {}

# A home, a scratch or an installation directory of one machine; `/tmp` alone may be a container's.
MACHINE_PATH = re.compile(r"(?<![\w.~$}:*)-])/(?:root|work|opt|tmp|home|Users)/\w")
REGISTRY_HOST = re.compile(r"pypi\.(?:org|python)|pythonhosted\.org|npmjs\.(?:org|com)|proxy\.golang\.org")
TEST_FILE = re.compile(r"(?:packages/[^/]+/)?tests/.*\.py$")
LOCKS = {"package-lock.json", "requirements.lock"}


def longer_than_agreed(texts: Mapping[str, str], reviewed: Mapping[str, str]) -> Iterator[str]:
    """Sources over the limit that nobody agreed to, and agreements that are needed no longer."""
    sources = {name: text for name, text in texts.items() if name.endswith((".py", ".cjs", ".js", ".mjs"))}
    too_long = {name for name, text in sources.items() if text.count("\n") > LONGEST}
    yield from (f"{name} has more than {LONGEST} lines" for name in sorted(too_long - reviewed.keys()))
    yield from (f"{name} needs no exception" for name in sorted(reviewed.keys() - too_long))


def lines_with(pattern: re.Pattern[str], texts: Mapping[str, str]) -> Iterator[str]:
    """Places where a pattern stands, as `file:line: what`."""
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if found := pattern.search(line):
                yield f"{name}:{number}: {found[0]}"


def hosts_in_lock(name: str, text: str) -> Iterator[str]:
    """What ties a lock to one registry: addresses in a Python lock, `resolved` in a Node lock."""
    if name.endswith(".json"):
        for package, entry in json.loads(text)["packages"].items():
            if "://" in entry.get("resolved", ""):
                yield f"{name}: {package} is resolved to {entry['resolved']}"
    else:
        yield from lines_with(re.compile(r"://|^\s*--(?!hash=)\S+|\s@\s"), {name: text})


def not_collected(texts: Mapping[str, str]) -> Iterator[str]:
    """Files of tests that hold no test that pytest finds and that no other file of tests imports."""
    tests = {name: text for name, text in texts.items() if TEST_FILE.match(name)}
    imported = {word for text in tests.values() for word in _imported_words(ast.parse(text))}
    for name, text in tests.items():
        path = PurePosixPath(name)
        stem = path.parent.name if path.stem == "__init__" else path.stem
        if stem.startswith("test_"):
            if not re.search(r"^\s*(?:async )?def test_", text, re.MULTILINE):
                yield f"{name} holds no test"
        elif stem not in {"conftest", *imported}:
            yield f"{name} is neither a test nor imported by one"


def _imported_words(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (word for alias in node.names for word in alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
            yield from (alias.name for alias in node.names)


def test_files_are_short(texts: dict[str, str]) -> None:
    assert not list(longer_than_agreed(texts, LONGER))


def test_no_file_names_a_path_of_one_machine(texts: dict[str, str]) -> None:
    assert not list(lines_with(MACHINE_PATH, texts))


def test_no_file_names_a_package_registry(texts: dict[str, str]) -> None:
    assert not list(lines_with(REGISTRY_HOST, texts))


@pytest.mark.parametrize("lock", sorted(LOCKS))
def test_locks_name_no_host(texts: dict[str, str], lock: str) -> None:
    assert not list(hosts_in_lock(lock, texts[lock]))


def test_every_test_is_run(texts: dict[str, str]) -> None:
    assert not list(not_collected(texts))


# Each check can fail.


def test_a_long_file_and_an_idle_exception_are_found() -> None:
    texts = {"modules/long.py": "\n" * 301, "modules/agreed.py": "\n" * 301, "modules/short.py": "\n" * 300}
    found = list(longer_than_agreed(texts, {"modules/agreed.py": "why", "modules/short.py": "why"}))
    assert found == ["modules/long.py has more than 300 lines", "modules/short.py needs no exception"]


@pytest.mark.parametrize(
    "prefix", ["/ro" + "ot", "/wo" + "rk", "/o" + "pt", "/t" + "mp", "/ho" + "me", "/Us" + "ers"]
)
@pytest.mark.parametrize("line", ["cd {}/x", "'{}/x'", "path={}/x", "`{}/.x` or {}/x"])
def test_a_path_of_one_machine_is_found(prefix: str, line: str) -> None:
    text = "\n" + line.format(prefix, prefix)
    assert list(lines_with(MACHINE_PATH, {"a": text})) == [f"a:2: {prefix}/x"]


@pytest.mark.parametrize(
    "line",
    [
        "arn:aws:iam::1:root/x",
        "mount {}",
        "https://example.com/home/x",
        "stacks/ho" + "me/x",
        "$HO" + "ME/opt/x",
    ],
)
def test_other_paths_pass(line: str) -> None:
    assert not list(lines_with(MACHINE_PATH, {"a": line.format("/t" + "mp")}))


@pytest.mark.parametrize("host", ["py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org"])
def test_a_registry_is_found(host: str) -> None:
    assert list(lines_with(REGISTRY_HOST, {"a": f"see https://{host}/x"}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.lock", "--index-url x"),
        ("requirements.lock", "a @ file.whl"),
        ("requirements.lock", "a==1 \\\n    --hash=sha256:0\n# via https://x"),
        ("package-lock.json", '{"packages": {"node_modules/a": {"resolved": "https://x/a.tgz"}}}'),
    ],
)
def test_a_host_in_a_lock_is_found(name: str, text: str) -> None:
    assert list(hosts_in_lock(name, text))


def test_a_test_that_is_not_run_is_found() -> None:
    texts = {
        "tests/checks.py": "def test_a(): ...",
        "tests/test_empty.py": "def check(): ...",
        "tests/test_used.py": "from harness import run\ndef test_a(): ...",
        "tests/harness.py": "",
        "tests/conftest.py": "",
        "packages/kit/tests/idle.py": "",
        "packages/kit/src/kit/part.py": "",
    }
    assert list(not_collected(texts)) == [
        "tests/checks.py is neither a test nor imported by one",
        "tests/test_empty.py holds no test",
        "packages/kit/tests/idle.py is neither a test nor imported by one",
    ]
