"""`infra benchmark` refuses what would mislead; every stack is equal to that of stock cdktf."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cdktf_fast_synthesis import run_program
from modules.errors import ProblemsError
from operations.benchmark import require_caches
from tests.running import MAIN


def test_without_the_caches_it_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path))
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    with pytest.raises(ProblemsError) as refused:
        require_caches()
    assert [problem.where for problem in refused.value.problems] == [
        "jsii's index of the bindings",
        "the bindings' byte code",
    ]
    assert str(refused.value).count("run `infra prewarm`") == 2


@pytest.mark.terraform
def test_all_stacks_are_equal_to_those_of_the_stock_import() -> None:
    """Byte for byte. In the slowest tier, because the stock import alone takes 13 seconds."""
    stock, fast = run_program(MAIN, stock=True, counting=True), run_program(MAIN, counting=True)
    assert fast.digests == stock.digests
    assert stock.python_files > 2000  # it was the stock import
    assert fast.python_files < 200
    assert fast.messages["create"] == stock.messages["create"]
    assert fast.messages["get"] < stock.messages["get"] / 5
