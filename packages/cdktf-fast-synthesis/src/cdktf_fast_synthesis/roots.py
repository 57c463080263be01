"""The root of a provider's package, as older jsii generates it: code, then an import of each submodule."""

from __future__ import annotations

import marshal
import re
from pathlib import Path
from types import CodeType

_ROOT = re.compile(
    r"(?P<head>.*^publication\.publish\(\)\n)(?:#[^\n]*\n|\n)*(?P<imports>(?:from \. import \w+\n)+)\n*",
    re.DOTALL | re.MULTILINE,
)
_IMPORT = re.compile(r"^from \. import (\w+)$", re.MULTILINE)


def head_and_submodules(source: str) -> tuple[str, tuple[str, ...]]:
    """What a provider's root runs before it imports its submodules, and their names; none if unknown."""
    root = _ROOT.fullmatch(source)
    if root is None:
        return source, ()
    return root["head"], tuple(_IMPORT.findall(root["imports"]))


def compiled(source: Path) -> bytes:
    """The code before the imports and the names of the submodules, for `read`; None and none if unknown."""
    head, submodules = head_and_submodules(source.read_text(encoding="utf-8"))
    code = compile(head, str(source), "exec", dont_inherit=True) if submodules else None
    return marshal.dumps((code, submodules))


def read(content: memoryview) -> tuple[CodeType | None, tuple[str, ...]]:
    """The code and the names. Raises ValueError, EOFError or TypeError if the content is damaged."""
    code, submodules = marshal.loads(content)  # noqa: S302  as Python does
    return code, submodules
