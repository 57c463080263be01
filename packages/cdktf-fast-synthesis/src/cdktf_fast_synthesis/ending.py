"""The end of a program that has synthesized, without the teardown of each of its objects.

jsii keeps every object, and Python takes them apart one by one before the process ends, which frees nothing
that the system would not free at once.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import Any, NoReturn

from . import compiled_texts, parts
from .errors import SynthesisError


def end(status: int) -> NoReturn:
    """End the process with a status: as `sys.exit`, but objects are left to the system.

    What was registered with atexit is called, and what was printed is written. Where a thread is left that
    Python would wait for, and with the part switched off, it is `sys.exit`.
    """
    compiled_texts.keep()
    run_registered: Any = getattr(atexit, "_run_exitfuncs", None)
    if run_registered is None or not _is_on() or _is_waited_for():
        sys.exit(status)
    run_registered()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):  # Python has words and a status of its own for it
        sys.exit(status)
    os._exit(status)


def _is_on() -> bool:
    try:
        return "ending" in parts.switched_on()
    except SynthesisError:  # install() has refused it
        return False


def _is_waited_for() -> bool:
    this = threading.current_thread()
    return this is not threading.main_thread() or any(
        not each.daemon for each in threading.enumerate() if each is not this
    )
