"""Submodules on demand, on a provider made for the test: what is known, and what falls back to stock."""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from jsii import _reference_map

from cdktf_fast_synthesis import bindings, roots, toolkits
from cdktf_fast_synthesis.bindings import (
    BindingsFinder,
    GeneratedLoader,
    LoaderOnFirstUse,
    ProviderLoader,
    import_on_demand,
)
from cdktf_fast_synthesis.roots import head_and_submodules

NAME = f"{toolkits.PROVIDERS[toolkits.toolkit()]}fake"
HEAD = '''"""Fake."""
import publication

from ._jsii import *

__all__ = ["sqs_queue", "vpc"]

publication.publish()
'''
IMPORTS = "from . import sqs_queue\nfrom . import vpc\n"
KNOWN = f"{HEAD}\n# Loading modules to ensure their types are registered\n{IMPORTS}"
ASSEMBLY = """
class __jsii_assembly__:
    name = "@cdktf/provider-fake"
__all__ = ["__jsii_assembly__"]
"""
Provider = Callable[..., ModuleType]


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Writes a provider package with a given root, and imports it."""
    monkeypatch.setattr(_reference_map, "_submodule_fqn_map", {})

    def write(root: str = KNOWN, assembly: str = ASSEMBLY) -> ModuleType:
        for submodule, text in {"": root, "_jsii": assembly, "vpc": "Vpc = 1\n", "sqs_queue": ""}.items():
            (tmp_path / NAME / submodule).mkdir(exist_ok=True)
            (tmp_path / NAME / submodule / "__init__.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        return importlib.import_module(NAME)

    yield write
    for name in loaded():
        del sys.modules[name]


def test_a_package_that_a_module_gets_lazily_is_the_package_itself_once_it_is_imported(
    tmp_path: Path,
) -> None:
    source = """
class _LazyImport:
    def __init__(self, name):
        self._module_name = name
used, unused = _LazyImport("json"), _LazyImport("no_such_package")
"""
    (tmp_path / "generated.py").write_text(source)
    module = ModuleType("generated")
    GeneratedLoader("generated", str(tmp_path / "generated.py"), frozenset()).exec_module(module)
    assert vars(module)["used"] is sys.modules["json"]
    assert type(vars(module)["unused"]).__name__ == "_LazyImport"


def loaded() -> set[str]:
    return {name for name in sys.modules if name.partition(".")[0] == NAME}


def submodules_loaded() -> set[str]:
    return {"sqs_queue", "vpc"} & {name.rpartition(".")[2] for name in loaded()}


def test_a_submodule_is_imported_when_it_is_first_used(provider: Provider) -> None:
    fake = provider()
    assert submodules_loaded() == set()
    assert fake.vpc.Vpc == 1
    assert submodules_loaded() == {"vpc"}


def test_a_submodule_is_importable_by_name(provider: Provider) -> None:
    provider()
    namespace: dict[str, object] = {}
    exec(f"from {NAME} import vpc", namespace)  # noqa: S102  the statement is what is tested
    assert namespace["vpc"] is sys.modules[f"{NAME}.vpc"]
    assert submodules_loaded() == {"vpc"}


def test_a_star_import_brings_all(provider: Provider) -> None:
    provider()
    namespace: dict[str, object] = {}
    exec(f"from {NAME} import *", namespace)  # noqa: S102  the statement is what is tested
    assert {"sqs_queue", "vpc"} <= namespace.keys()


def test_the_package_lists_what_it_has_without_loading_it(provider: Provider) -> None:
    fake = provider()
    assert {"sqs_queue", "vpc", "__all__", "__name__"} <= set(dir(fake))
    assert fake.__all__ == ["sqs_queue", "vpc"]
    assert submodules_loaded() == set()


def test_a_root_is_compiled_once(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    provider()
    for name in loaded():
        del sys.modules[name]
    monkeypatch.setattr(roots, "compiled", None)
    fake = provider()
    assert submodules_loaded() == set()
    assert fake.vpc.Vpc == 1


def test_a_root_is_compiled_each_time_where_nothing_may_be_written(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert provider().vpc.Vpc == 1
    assert not list((tmp_path / NAME).glob("__pycache__/*"))


def test_a_version_is_what_importlib_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bindings._version("typeguard") == importlib.metadata.version("typeguard")
    (tmp_path / "odd.egg-info").mkdir()
    (tmp_path / "odd.egg-info" / "PKG-INFO").write_text("Name: odd\nVersion: 3.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert bindings._version("odd") == "3.1"
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "__init__.py").write_text("")
    (tmp_path / "odd-3.2.dist-info").mkdir()
    bindings._version.cache_clear()
    assert bindings._version("odd") == "3.2"


EXTENDED = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"


@pytest.mark.parametrize("folders", [1, 2])
def test_a_submodule_has_the_folders_that_pkgutil_finds(
    folders: int, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    written = [tmp_path / NAME / "vpc", tmp_path / "more" / "vpc"][:folders]
    fake = provider()
    for folder in written:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text(EXTENDED)
    fake.__path__ = [str(folder.parent) for folder in written]
    found = importlib.import_module(f"{NAME}.vpc")
    assert found.__path__ == [str(folder) for folder in written]
    assert "extend_path" in vars(found)


def test_a_submodule_that_is_no_folder_is_found_as_ever(provider: Provider, tmp_path: Path) -> None:
    provider()
    (tmp_path / NAME / "eip.py").write_text("Eip = 1\n")
    importlib.invalidate_caches()
    assert importlib.import_module(f"{NAME}.eip").Eip == 1


def test_an_unknown_submodule_is_an_attribute_error_in_pythons_words(provider: Provider) -> None:
    fake = provider()
    with pytest.raises(AttributeError, match=f"^module '{NAME}' has no attribute 'vcp'$"):
        _ = fake.vcp
    with pytest.raises(ImportError, match="cannot import name 'vcp'"):
        exec(f"from {NAME} import vcp", {})  # noqa: S102  the statement is what is tested


def test_jsii_is_told_where_types_live(provider: Provider) -> None:
    provider()
    assert _reference_map._submodule_fqn_map["@cdktf/provider-fake.sqsQueue"] == f"{NAME}.sqs_queue"


@pytest.mark.parametrize(
    "root",
    [
        f"{HEAD}{IMPORTS}REGISTERED = True\n",
        f"{HEAD}import os\n{IMPORTS}",
        f"{HEAD}from . import sqs_queue, vpc\n",
        f"{HEAD}from . import sqs_queue\nfrom .vpc import Vpc\nfrom . import vpc\n",
        IMPORTS,
    ],
    ids=["code-after", "code-between", "two-in-a-line", "a-name-of-a-submodule", "no-publish"],
)
def test_a_root_of_another_layout_is_imported_as_ever(provider: Provider, root: str) -> None:
    provider(root)
    assert submodules_loaded() == {"sqs_queue", "vpc"}


def test_a_root_without_an_assembly_imports_all(provider: Provider) -> None:
    provider(assembly="__all__ = []\n")
    assert submodules_loaded() == {"sqs_queue", "vpc"}


def test_a_jsii_that_cannot_import_on_demand_gets_all(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(_reference_map, "_submodule_fqn_map")
    provider()
    assert submodules_loaded() == {"sqs_queue", "vpc"}


def test_a_module_is_loaded_by_its_first_attribute_and_once(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text("loads = globals().get('loads', 0) + 1\n")
    checks = ModuleType("checks")
    LoaderOnFirstUse("checks", str(tmp_path / "checks.py")).exec_module(checks)
    assert "loads" not in vars(checks)
    assert checks.loads == 1
    with pytest.raises(AttributeError, match="has no attribute 'other'"):
        _ = checks.other
    assert checks.loads == 1


def test_what_others_import_is_left_to_the_finders_after_it() -> None:
    assert BindingsFinder().find_spec("json", None) is None
    assert BindingsFinder().find_spec("cdktf_helpers", None) is None


def test_the_finder_is_put_in_place_once() -> None:
    import_on_demand()
    import_on_demand()
    assert sum(isinstance(finder, BindingsFinder) for finder in sys.meta_path) == 1


def test_the_installed_provider_has_the_known_layout() -> None:
    spec = BindingsFinder().find_spec(toolkits.package("cdktf_cdktf_provider_aws"), None)
    assert spec is not None
    assert isinstance(spec.loader, ProviderLoader)
    source = Path(spec.loader.path).read_text()
    head, submodules = head_and_submodules(source)
    if toolkits.toolkit() == toolkits.CDKTN:
        assert (head, submodules) == (source, ())
        assert "def __getattr__(name: str)" in source, "it imports its submodules when they are used"
        return
    assert "from . import" not in head
    assert len(submodules) == 2212
    assert {"vpc", "s3_bucket", "wafv2_web_acl"} <= set(submodules)
