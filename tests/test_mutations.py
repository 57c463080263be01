"""Mutations: what is changed, what is told of it, and that nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from tests.mutations import examine, mutations, suite_of

PROJECT = Path(__file__).parent.parent
PRICE = '''"""Prices."""


def price(count: int) -> int:
    """What so many cost."""
    return 90 * count if count > 10 else 100 * count
'''
TEST = """from modules.shop.price import price


def test_price() -> None:
    assert (price(1), price(20)) == (100, 1800)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one module and its test, which does not try the eleventh."""
    for file, text in {"modules/shop/price.py": PRICE, "tests/modules/shop/test_price.py": TEST}.items():
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("f(on=True)", ["True → False"]),
        ("class A:\n    on: bool = False", ["False → True"]),
        ("x = 65_535", ["65_535 → 65536"]),
        ("f(kind='Gateway')", ["'Gateway' → 'Gateway-changed'"]),
        ("x = 'Gateway'", []),
        ("refusal(got=x, fix='rename it')", []),
        ("AlarmRule(description='It is down')", []),
        ("a < b", ["< → <="]),
        ("a not in b", ["not in → in"]),
        ("a is not None", ["is not → is"]),
        ("'é' == b", ["== → !="]),
        ("a < b < c", []),
        ("x: Literal[0, 60]", []),
        ("x: Annotated[int, Field(ge=1)]", ["1 → 2"]),
        ("f'{x:02}{1}'", []),
    ],
)
def test_what_is_changed(source: str, changes: list[str]) -> None:
    found = mutations("a.py", source.encode())
    assert [f"{one.old} → {one.new}" for one in found] == changes


def test_a_change_is_made_in_its_place_and_said_with_its_line() -> None:
    source = "é = f(\n    # é\n    on=True,\n)\n".encode()
    (found,) = mutations("modules/a.py", source)
    assert found.apply(source).decode() == "é = f(\n    # é\n    on=False,\n)\n"
    assert str(found) == "modules/a.py:3 True → False"


def test_what_no_test_notices_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = examine("modules/shop", count=30, seed=1, project=project)
    assert (report.tried, report.possible) == (4, 4)
    told = ["modules/shop/price.py:6 > → >=", "modules/shop/price.py:6 10 → 11"]
    assert sorted(map(str, report.survivors)) == sorted(told)
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(told)
    assert (project / "modules/shop/price.py").read_text() == PRICE


def test_further_tests_may_notice(project: Path) -> None:
    (project / "tests/prices").mkdir()
    eleventh = TEST.replace("price(1), price(20)) == (100, 1800", "price(10), price(11)) == (1000, 990")
    (project / "tests/prices/test_eleventh.py").write_text(eleventh)
    report = examine("modules/shop", count=30, seed=1, project=project, also=["tests/prices"])
    assert (report.tried, report.survivors) == (4, ())


def test_the_same_seed_chooses_the_same(project: Path) -> None:
    one, other = (examine("modules/shop", count=1, seed=7, project=project) for _ in range(2))
    assert one == other
    assert one.tried == 1


def test_tests_that_fail_by_themselves_notice_nothing(project: Path) -> None:
    (project / "tests/modules/shop/test_price.py").write_text("def test_it() -> None:\n    assert False\n")
    with pytest.raises(ProblemsError, match="tests/modules/shop: does not pass as it is; make it pass"):
        examine("modules/shop", count=1, seed=1, project=project)


@pytest.mark.parametrize(
    ("folder", "suite"),
    [
        ("modules/networking", "tests/modules/networking"),
        ("modules/databases/redis", "tests/modules/databases"),
        ("stacks/ohi", "tests/stacks/ohi"),
        ("backend", "tests/backend"),
    ],
)
def test_which_tests_belong_to_a_folder(folder: str, suite: str) -> None:
    assert suite_of(folder, PROJECT) == suite


@pytest.mark.parametrize("folder", ["modules/nothing", "../elsewhere", str(PROJECT / "modules")])
def test_what_is_no_folder_is_refused(folder: str) -> None:
    with pytest.raises(ProblemsError, match=r"FOLDER: got '.*'; allowed: a folder of the project"):
        suite_of(folder, PROJECT)


def test_a_folder_without_tests_is_refused(project: Path) -> None:
    (project / "modules/empty").mkdir()
    (project / "modules/empty/a.py").touch()
    with pytest.raises(ProblemsError, match=r"FOLDER: got modules/empty; allowed: a folder with tests"):
        suite_of("modules/empty", project)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing_behind(number: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.mutations", "modules/kms"],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("mutations-*/project/tests")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(tmp_path.iterdir())
    process.send_signal(number)
    assert process.wait(60) != 0
    assert not list(tmp_path.iterdir())
