"""jsii's kernel without the second Node process that stands between it and Python.

jsii starts a Node that starts the kernel in another Node and copies every message, both ways, between its
own standard streams and the kernel's descriptor 3. Here Python starts the kernel itself, with one end of a
socket as descriptor 3, and forwards what the kernel prints. The messages are the same. It is started before
jsii is imported, so that both load at once.

Only where everything is as expected: a POSIX system, no JSII_RUNTIME set, a kernel known to speak
on descriptor 3, a jsii whose process class has the parts used here, and a Node that jsii has no warning for
(the process between would print it). Otherwise jsii starts it its own way.
"""

from __future__ import annotations

import atexit
import os
import platform
import selectors
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PROCESS = "jsii._kernel.providers.process"
_PARTS = ("start", "stop", "handshake", "_next_message")
_KERNEL = "lib__program.js"
_SPEAKS_ON_DESCRIPTOR_3 = b"readFD:3,writeFD:3"
# Read by kernel_hook.cjs: it ends a kernel that runs on another Node.
_NODE_VERSIONS = {"FAST_SYNTHESIS_NODE": "22,24"}
# The first two are jsii's. V8 optimizes what was called 3,000 times, in threads of its own: a tenth of the
# kernel's CPU, for a run that is over before it pays; a long run still has it. And most objects live to the
# end: a young generation (MiB) that starts larger copies them less often, and takes no more memory.
_OPTIONS = (
    "--max-old-space-size=4069",
    "--preserve-symlinks",
    "--invocation-count-for-turbofan=30000",
    "--min-semi-space-size=16",
)


_early: list[Any] = []  # the kernel that jsii has not asked for yet


def start_directly() -> None:
    """Start it so: the first one now, unless jsii is imported already."""
    if os.name == "posix" and _PROCESS not in sys.modules and (started := _started()):
        _early.append(started)
        atexit.register(_end_early)
    process_class: Any = getattr(import_module(_PROCESS), "_NodeProcess", None)
    start = getattr(process_class, "start", None)
    if os.name == "posix" and start is not _start and all(hasattr(process_class, part) for part in _PARTS):
        process_class.start, process_class.start_as_jsii_does = _start, start
    elif start is not _start:
        _end_early()


def _end_early() -> None:
    while _early:
        _kill(_early.pop())


def _start(self: Any) -> None:
    if "JSII_RUNTIME" in os.environ:
        _end_early()
    started = _early.pop() if _early else _started()
    if started is None:
        self.start_as_jsii_does()
        return
    self._process = started
    self.sink_thread = threading.Thread(target=_forward_output, args=(self._process,), daemon=True)
    self.sink_thread.start()
    try:
        self.handshake()
    except (ValueError, OSError, AssertionError):  # it ended, or said something else
        _kill(self._process)
        self.start_as_jsii_does()
    else:
        atexit.register(self.stop)


def _kill(process: Any) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):
            stream.close()


def _kernel_program() -> Path | None:
    jsii = find_spec("jsii")
    folders = (jsii.submodule_search_locations if jsii else None) or ()
    programs = (Path(folder, "_embedded", "jsii", _KERNEL) for folder in folders)
    with suppress(OSError):
        return next((each for each in programs if _SPEAKS_ON_DESCRIPTOR_3 in each.read_bytes()), None)
    return None


def _started() -> Any:
    """A kernel that was started; None where it isn't known how."""
    node, kernel = shutil.which(os.environ.get("JSII_NODE", "node")), _kernel_program()
    if "JSII_RUNTIME" in os.environ or node is None or kernel is None:
        return None
    ours, its = socket.socketpair()
    with ours, its:
        # The shell gives the socket its number; Popen could only between fork and exec, unsafe with threads.
        # It comes as standard input, since a shell may know numbers of one digit only.
        numbered = ["/bin/sh", "-c", 'exec "$@" 3<&0 </dev/null', "sh"]
        process: Any = subprocess.Popen(
            [*numbered, node, *_OPTIONS, str(kernel)],
            stdin=its.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,  # Ctrl-C is for Python, which ends the kernel in its own way
            env={**os.environ, **_NODE_VERSIONS, "JSII_AGENT": f"Python/{platform.python_version()}"},
        )
        # jsii speaks to the kernel through its process's streams; what the kernel prints is kept beside them.
        process.printed = process.stdout
        process.stdin, process.stdout = os.fdopen(os.dup(ours.fileno()), "wb"), os.fdopen(ours.detach(), "rb")
    return process


def _forward_output(process: Any) -> None:
    """Write what the kernel prints to this process's own streams, until it ends."""
    with selectors.DefaultSelector() as selector, process.printed:
        selector.register(process.printed, selectors.EVENT_READ, "stdout")
        selector.register(process.stderr, selectors.EVENT_READ, "stderr")
        while selector.get_map():
            for key, _ in selector.select():
                printed = os.read(key.fd, 65536)
                if printed:
                    getattr(sys, key.data).buffer.write(printed)
                else:
                    selector.unregister(key.fileobj)
