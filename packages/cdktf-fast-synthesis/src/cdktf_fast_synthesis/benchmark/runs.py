"""One run of a program that synthesizes: its CPU time, its peak memory, what it opened and what it wrote."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import SynthesisError, refusal

_OBSERVED = Path(__file__).with_name("observed.py")
# The same Node for both, so its choice stays on.
_STOCK = {"FAST_SYNTHESIS": "0", "FAST_SYNTHESIS_WITHOUT": "guard"}


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run took, of all its processes from start to end."""

    cpu: float  # seconds, user and system
    wall: float  # seconds
    python_mb: int
    node_mb: int
    python_files: int
    node_files: int
    messages: Mapping[str, int]
    digests: Mapping[str, str]  # SHA-256 by file below the output directory
    resources: int
    stacks: int


def run_program(
    program: Path, *arguments: str, stock: bool = False, counting: bool = False, keep: Path | None = None
) -> Run:
    """Run a program that synthesizes into CDKTF_OUTDIR, with stock cdktf or fast; counting takes time.

    The directory is removed, with all else that it left; `keep` is where it is copied before. Raises
    SynthesisError if the program fails.
    """
    with TemporaryDirectory(prefix="benchmark-") as name:
        scratch = Path(name)
        output, report = scratch / "output", scratch / "report.json"
        environment = {
            **_without(os.environ, "PYTHONDONTWRITEBYTECODE", "FAST_SYNTHESIS"),
            **(_STOCK if stock else {}),
            **({"FAST_SYNTHESIS_COUNT": "1"} if counting else {}),
            "CDKTF_OUTDIR": str(output),
            "TMPDIR": name,
        }
        command = [sys.executable, str(_OBSERVED), str(report), str(program), *arguments]
        cpu, wall = _timed(command, environment)
        written = sorted(path for path in output.glob("**/*") if path.is_file())
        stacks = list(output.glob("stacks/*/cdk.tf.json"))
        if not stacks:
            fix = "let the program call App().synth(), without an outdir of its own"
            got = "no stack in CDKTF_OUTDIR"
            raise SynthesisError([refusal(str(program), got=got, allowed="one or more", fix=fix)])
        if keep:
            shutil.copytree(output, keep)
        return Run(
            cpu=cpu,
            wall=wall,
            digests={
                str(path.relative_to(output)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in written
            },
            resources=sum(map(_resources, stacks)),
            stacks=len(stacks),
            **json.loads(report.read_text()),
        )


def _without(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


def _timed(command: list[str], environment: Mapping[str, str]) -> tuple[float, float]:
    begin = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            assert process.stderr is not None  # noqa: S101  for the type checker
            said = process.stderr.read().decode(errors="replace")
            # Popen would not say what the process and all it waited for have used.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        last = said.strip().splitlines()[-1:] or ["nothing"]
        raise SynthesisError([f"{command[3]}: ended with {process.returncode}; its last words: {last[0]}"])
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - begin


def _resources(stack: Path) -> int:
    kinds = json.loads(stack.read_text()).get("resource", {})
    return sum(len(named) for named in kinds.values())
