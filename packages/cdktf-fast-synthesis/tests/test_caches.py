"""Where the caches of a synthesis are looked for."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from cdktf_fast_synthesis import has_bytecode, has_runtime_index, package_cache, toolkit

PROVIDER = "cdktf_cdktf_provider_aws"


def test_a_cache_that_is_switched_off_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE", "disabled")
    assert not has_runtime_index(PROVIDER)


def test_the_index_is_found_where_jsii_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path))
    assert package_cache() == tmp_path
    distribution = "cdktn-provider-aws" if toolkit() == "cdktn" else "cdktf-cdktf-provider-aws"
    package = tmp_path / f"@{toolkit()}/provider-aws/{version(distribution)}/digest"
    package.mkdir(parents=True)
    assert not has_runtime_index(PROVIDER)
    (package / ".jsii.runtime.v1.json").touch()
    assert has_runtime_index(PROVIDER)


def test_compiled_code_is_looked_for_where_python_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_bytecode(PROVIDER)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    assert not has_bytecode(PROVIDER)


def test_a_provider_that_is_not_installed_has_neither() -> None:
    assert not has_runtime_index("cdktf_cdktf_provider_none")
    assert not has_bytecode("cdktf_cdktf_provider_none")
