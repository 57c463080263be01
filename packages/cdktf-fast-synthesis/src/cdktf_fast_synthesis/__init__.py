"""CDKTF in Python with prebuilt providers: the same Terraform JSON in a fraction of the time.

`install()` before anything imports cdktf. README.md says what it changes, and how to switch parts off.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .caches import build_runtime_index, has_bytecode, has_runtime_index, package_cache
from .ending import end
from .errors import SynthesisError
from .guard import check_addresses
from .installation import install
from .parts import is_on
from .toolkits import installed_toolkits, package, toolkit

if TYPE_CHECKING:
    from .benchmark import Report, Run, compare_with_stock, run_program

__all__ = [
    "Report",
    "Run",
    "SynthesisError",
    "build_runtime_index",
    "check_addresses",
    "compare_with_stock",
    "end",
    "has_bytecode",
    "has_runtime_index",
    "install",
    "installed_toolkits",
    "is_on",
    "package",
    "package_cache",
    "run_program",
    "toolkit",
]


def __getattr__(name: str) -> Any:  # PEP 562: a synthesis measures nothing
    if name in __all__:
        return getattr(import_module(f"{__name__}.benchmark"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
