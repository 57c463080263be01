"""Classes of computed blocks are defined when one is asked for, and are the same then."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest

from cdktf_fast_synthesis import computed
from cdktf_fast_synthesis.bindings import GeneratedLoader

PROVIDER = "cdktf_cdktf_provider_aws"
GENERATED = """
import sys
class base:
    ComplexObject = ComplexList = type("Base", (), {"__init_subclass__": lambda cls, **_: None})
def _typecheckingstub__one(value: str): ...
class Bucket:
    def block(self) -> "BucketBlockOutputReference":
        _typecheckingstub__one
class BucketBlockList(base.ComplexList, jsii_type="aws.bucket.BucketBlockList"):
    def get(self) -> "BucketBlockOutputReference":
        _typecheckingstub__two
class BucketBlockOutputReference(base.ComplexObject, jsii_type="aws.bucket.BucketBlockOutputReference"):
    ...
class BucketBlock: ...
def _typecheckingstub__two(value: str): ...
"""
TAKEN = ["BucketBlockList", "BucketBlockOutputReference", "_typecheckingstub__two"]
SAME = f"""
import importlib, inspect, json, sys
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
from {PROVIDER} import acm_certificate as module
from jsii import _reference_map
found = {{}}
for name in module.__all__:
    members = vars(getattr(module, name))
    found[name] = [getattr(module, name).__mro__[1].__name__, *sorted(members)]
types = [name for name in _reference_map._types if ".acmCertificate." in name]
print(json.dumps([found, sorted(types), sorted(vars(module._private))]))
"""
READ = f"""
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
from cdktf import App, TerraformStack
from {PROVIDER} import acm_certificate
certificate = acm_certificate.AcmCertificate(TerraformStack(App(), "shop"), "certificate")
assert "AcmCertificateDomainValidationOptionsList" not in vars(acm_certificate)
options = certificate.domain_validation_options
print(type(options).__name__, type(options.get(0)).__name__, options.get(0).domain_name.startswith("${{"))
"""


def test_they_are_taken_out_with_the_checks_that_only_they_make() -> None:
    tree = ast.parse(GENERATED)
    taken, names = computed.take_out(tree)
    assert [getattr(each, "name", "") for each in taken.body] == TAKEN
    assert names == {name: f"aws.bucket.{name}" for name in TAKEN[:2]}
    left = [getattr(each, "name", "") for each in tree.body]
    assert left == ["", "base", "_typecheckingstub__one", "Bucket", "BucketBlock"]


@pytest.mark.parametrize(
    "use",
    [
        "BLOCK = BucketBlockList",
        "class More(BucketBlockOutputReference): ...",
        "def read(): return BucketBlockOutputReference()",
    ],
)
def test_a_module_that_uses_one_stays_whole(use: str) -> None:
    tree = ast.parse(GENERATED + use)
    taken, names = computed.take_out(tree)
    assert (taken.body, names) == ([], {})
    assert ast.dump(tree) == ast.dump(ast.parse(GENERATED + use))


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """`generated(parts)`: the module above, executed."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "bucket.py").write_text(GENERATED)

    def load(*parts: str) -> ModuleType:
        module = ModuleType("bucket")
        monkeypatch.setitem(sys.modules, "bucket", module)
        loader = GeneratedLoader("bucket", str(tmp_path / "bucket.py"), frozenset(parts))
        loader.exec_module(module)
        return module

    return load


def test_they_are_defined_when_one_is_asked_for(generated: Callable[..., ModuleType]) -> None:
    module = generated("bytecode", "computed")
    assert not {*TAKEN} & vars(module).keys()
    assert {*TAKEN[:2]} < {*dir(module)}
    assert module.BucketBlockList.__name__ == "BucketBlockList"
    assert {*TAKEN} < vars(module).keys()
    with pytest.raises(AttributeError, match="module 'bucket' has no attribute 'nothing'"):
        _ = module.nothing


def test_switched_off_they_are_defined_at_once(generated: Callable[..., ModuleType]) -> None:
    assert {*TAKEN} < vars(generated("bytecode")).keys()


def test_in_another_jsii_they_are_defined_at_once(
    generated: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    references: Any = import_module("jsii._reference_map")
    monkeypatch.setattr(references, "_try_import_type_module", lambda class_fqn, more: (class_fqn, more))
    assert {*TAKEN} < vars(generated("bytecode", "computed")).keys()


def test_they_are_defined_where_nothing_is_kept(
    generated: Callable[..., ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = generated("bytecode", "computed")
    for file in (tmp_path / "__pycache__").iterdir():
        file.unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert module.BucketBlockList.__name__ == "BucketBlockList"


def test_a_module_is_the_same_in_the_end(
    elsewhere: Path, run_python: Callable[..., CompletedProcess[str]]
) -> None:
    assert (
        run_python(elsewhere, SAME).stdout
        == run_python(elsewhere, SAME, FAST_SYNTHESIS_WITHOUT="computed").stdout
    )


def test_an_object_of_one_that_the_kernel_made_is_read(
    elsewhere: Path, run_python: Callable[..., CompletedProcess[str]]
) -> None:
    classes = "AcmCertificateDomainValidationOptionsList AcmCertificateDomainValidationOptionsOutputReference"
    assert run_python(elsewhere, READ).stdout.strip() == f"{classes} True"
