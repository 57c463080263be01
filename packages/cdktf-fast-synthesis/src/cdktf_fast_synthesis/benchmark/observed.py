"""Runs a program and writes what it took: `python observed.py REPORT PROGRAM ARGUMENTS…`.

Peak memory of this process and of the largest it started, in MB. With FAST_SYNTHESIS_COUNT set also
counts, which cost time: files opened of the provider on either side, messages to jsii's kernel by kind.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import resource
import runpy
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROVIDER = re.compile(r"[/\\](?:cdktf_cdktf|cdktn)_provider_")
NODE_PROBE = Path(__file__).with_name("observed_kernel.cjs")
# jsii calls one of these for each message.
KINDS = ("load", "create", "delete", "get", "set", "sget", "sset", "invoke", "sinvoke")
KIBIBYTES, MEGABYTE = 1024, 1_000_000


def _main(report: Path, program: str, *arguments: str) -> None:
    python_files: set[str] = set()
    messages: Counter[str] = Counter()
    counting = "FAST_SYNTHESIS_COUNT" in os.environ
    node_files = report.with_suffix(".node")
    # Registered first, so called last: after jsii has stopped its kernel, before Python tears itself down.
    atexit.register(lambda: report.write_text(json.dumps(_found(python_files, node_files, messages))))
    if counting:
        _count_files(python_files)
        os.environ["FAST_SYNTHESIS_NODE_FILES"] = str(node_files)
        os.environ["NODE_OPTIONS"] = f'{os.environ.get("NODE_OPTIONS", "")} --require "{NODE_PROBE}"'.strip()
    sys.argv = [program, *arguments]
    sys.path[0] = str(Path(program).resolve().parent)
    if counting:
        _count_messages(messages)
    runpy.run_path(program, run_name="__main__")


def _found(python_files: set[str], node_files: Path, messages: Counter[str]) -> dict[str, Any]:
    return {
        "python_mb": _peak_of_this_process(),
        "node_mb": _megabytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss),
        "python_files": len(python_files),
        "node_files": len(set(node_files.read_text().splitlines())) if node_files.exists() else 0,
        "messages": dict(sorted(messages.items())),
    }


def _count_files(opened: set[str]) -> None:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and PROVIDER.search(arguments[0]):
            opened.add(arguments[0])

    sys.addaudithook(hook)


def _count_messages(messages: Counter[str]) -> None:
    from jsii._kernel.providers.process import ProcessProvider

    for kind, send in [*vars(ProcessProvider).items()]:
        if kind in KINDS:
            setattr(ProcessProvider, kind, _counted(messages, kind, send))


def _counted(messages: Counter[str], kind: str, send: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        messages[kind] += 1
        return send(*arguments, **named)

    return counted


def _peak_of_this_process() -> int:
    # Linux hands the peak of the process that started this one down to ru_maxrss; VmHWM is this one's alone.
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return _megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return round(int(kibibytes) * KIBIBYTES / MEGABYTE)


def _megabytes(maxrss: int) -> int:
    return round(maxrss * (1 if sys.platform == "darwin" else KIBIBYTES) / MEGABYTE)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), *sys.argv[2:])
