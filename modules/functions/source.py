"""Sources of this folder as one file each. Pure."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

# Imports from this folder, whose files become one.
_IMPORTS = re.compile(r"^from \.\w+ import .*\n", re.MULTILINE)


def source_of(module: ModuleType, *libraries: ModuleType) -> str:
    """The text of a function's one file: libraries of this folder, then the module without their imports."""
    texts = [Path(str(one.__file__)).read_text() for one in (*libraries, module)]
    first, *rest = (_IMPORTS.sub("", text) for text in texts)
    # Only the beginning of a file may have it.
    return "\n".join([first, *(text.replace("from __future__ import annotations\n", "") for text in rest)])
