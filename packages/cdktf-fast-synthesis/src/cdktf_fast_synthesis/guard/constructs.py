"""The constructs that were made, by path: refuses ids that could merge, finds addresses that did."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import SynthesisError, refusal

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*|Default")
_PATH = re.compile(rb'"//": \{\s*"metadata": \{\s*"path": "([^"\\]+)"')
# The id of an output or a variable is its name in Terraform, where `_` or a capital may join words.
_TERRAFORM_NAME = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")


class NewConstruct(NamedTuple):
    """A construct that is being made: the jsii reference of its root, its path, and whether it is a block."""

    root: str
    path: str
    is_block: bool


class _Kind(Enum):
    OTHER = auto()
    CONSTRUCT = auto()
    NAMED = auto()
    RESOURCE = auto()
    DATA_SOURCE = auto()


_BLOCKS = (_Kind.RESOURCE, _Kind.DATA_SOURCE)
# jsii keeps every object for as long as the process lives, so these keep nothing alive that was not.
_paths: dict[str, tuple[str, str]] = {}  # jsii reference of a construct -> reference of its root, its path
_blocks: dict[str, list[tuple[Any, str]]] = {}  # reference of a root -> its resources and data sources


def identify(klass: type, args: Sequence[Any]) -> NewConstruct | None:
    """The construct that these arguments of `jsii.create` make; None where they make something else.

    Raises SynthesisError where its id could merge with another.
    """
    kind = _kind(klass)
    if kind is _Kind.OTHER:
        return None
    if not args or not hasattr(args[0], "__jsii_ref__"):
        return NewConstruct("", "", is_block=False)  # an App
    root, parent = _root_and_path(args[0])
    if len(args) < 2 or type(args[1]) is not str:
        return NewConstruct(root, parent, is_block=False)  # a backend, whose id jsii chooses
    name = args[1]
    if not (_TERRAFORM_NAME if kind is _Kind.NAMED else _ID).fullmatch(name):
        allowed = "lower-case letters and digits, words joined by '-', or 'Default'"
        where, fix = f"{klass.__name__} in {parent or 'the app'}", "rename it: CDKTF would merge such ids"
        raise SynthesisError([refusal(where, got=f"the id {name!r}", allowed=allowed, fix=fix)])
    return NewConstruct(root, f"{parent}/{name}" if parent else name, is_block=kind in _BLOCKS)


def record(made: NewConstruct, obj: Any) -> None:
    """Remember a construct that jsii has made."""
    reference = obj.__jsii_ref__.ref
    _paths[reference] = (made.root or reference, made.path)
    if made.is_block:
        _blocks.setdefault(made.root, []).append((obj, made.path))


def path_of(obj: Any) -> str:
    """The path of a construct; empty for other objects, and for one that was not seen being made."""
    reference = getattr(obj, "__jsii_ref__", None)
    return _paths[reference.ref][1] if reference and reference.ref in _paths else ""


def check_addresses(app: Any) -> None:
    """Refuse a synthesis in which a resource or data source was swallowed by another of the same address.

    `app` is the App after `synth()`. Raises SynthesisError naming both by their paths.
    """
    blocks = _blocks.get(app.__jsii_ref__.ref, ())
    documents = sorted(Path(app.outdir).glob("stacks/*/cdk.tf.json"))
    seen = _seen(documents)
    if all(path in seen for _, path in blocks):
        return
    written = _written(documents)
    paths = set(written.values())
    if lost := [_lost(obj, path, written) for obj, path in blocks if path not in paths]:
        raise SynthesisError(lost)


def _seen(documents: Sequence[Path]) -> set[str]:
    """The construct paths that are found without parsing the JSON, which takes as much memory as all else."""
    return {path.decode() for file in documents for path in _PATH.findall(file.read_bytes())}


def _lost(obj: Any, path: str, written: dict[str, str]) -> str:
    """Say what became of a resource or data source that is not in the JSON."""
    stack, _, _ = path.partition("/")
    kind = "data." if _kind(obj.__class__) is _Kind.DATA_SOURCE else ""
    address = f"{kind}{obj.terraform_resource_type}.{obj.friendly_unique_id}"
    other = written.get(f"{stack}/{address}")
    if other is None:
        return f"{path}: {address} was made but is not in what was synthesized; fix its scope"
    return f"{path}: shares the address {address} with {other}; give one of them another id"


def _written(documents: Sequence[Path]) -> dict[str, str]:
    """Construct path by stack and address, of everything in the synthesized JSON."""
    found: dict[str, str] = {}
    for file in documents:
        stack = json.loads(file.read_bytes())
        for prefix, section in (("", "resource"), ("data.", "data")):
            for kind, blocks in stack.get(section, {}).items():
                for name, block in blocks.items():
                    path = block.get("//", {}).get("metadata", {}).get("path", "")
                    found[f"{file.parent.name}/{prefix}{kind}.{name}"] = path
    return found


def _root_and_path(scope: Any) -> tuple[str, str]:
    """Reference of the root, and path, of a scope; asked of jsii if it was made without the guard."""
    reference = scope.__jsii_ref__.ref
    if reference not in _paths:
        _paths[reference] = (scope.node.root.__jsii_ref__.ref, scope.node.path)
    return _paths[reference]


@lru_cache(maxsize=4096)
def _kind(klass: type) -> _Kind:
    from cdktf import TerraformDataSource, TerraformOutput, TerraformResource, TerraformVariable
    from constructs import Construct

    kinds = {
        TerraformResource: _Kind.RESOURCE,
        TerraformDataSource: _Kind.DATA_SOURCE,
        TerraformOutput: _Kind.NAMED,
        TerraformVariable: _Kind.NAMED,
        Construct: _Kind.CONSTRUCT,
    }
    return next((kind for base, kind in kinds.items() if issubclass(klass, base)), _Kind.OTHER)
