"""How jsii's kernel is started."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from jsii._embedded import jsii as embedded

Start = Callable[..., CompletedProcess[str]]

STARTED = """
import cdktf_fast_synthesis
from cdktf_fast_synthesis import kernel
{before}
cdktf_fast_synthesis.install()
from jsii._kernel.providers.process import _NodeProcess
stock, started = _NodeProcess.start_as_jsii_does, []
def start(self):
    started.append("as jsii does")
    stock(self)
_NodeProcess.start_as_jsii_does = start
{then}
import constructs
root = constructs.RootConstruct()
assert constructs.Construct(root, "part").node.path == "part"
print(*started)
"""


@pytest.fixture
def start(elsewhere: Path, run_python: Callable[..., CompletedProcess[str]]) -> Start:
    """Start a kernel; `before` is done before install(), `then` before jsii needs it."""

    def start(before: str = "", then: str = "", **environment: str) -> CompletedProcess[str]:
        return run_python(elsewhere, STARTED.format(before=before, then=then), **environment)

    return start


def test_the_kernel_is_started_directly(start: Start) -> None:
    assert start().stdout.strip() == ""


def test_the_first_one_is_started_before_jsii_needs_it(start: Start) -> None:
    then = """
(early,) = kernel._early
import atexit, jsii
atexit.register(lambda: print(jsii.kernel.provider._process._process is early, kernel._early))
"""
    assert start(then=then).stdout.split() == ["True", "[]"]


def test_one_that_jsii_never_needs_is_ended(elsewhere: Path, run_python: Start) -> None:
    program = """
import cdktf_fast_synthesis
from cdktf_fast_synthesis import kernel
cdktf_fast_synthesis.install()
cdktf_fast_synthesis.install()
(early,) = kernel._early
import atexit
atexit.unregister(kernel._end_early)
atexit.register(lambda: print(early.returncode))
atexit.register(kernel._end_early)
"""
    assert run_python(elsewhere, program).stdout.split() == ["-9"]


def test_one_that_is_started_for_another_jsii_is_ended(elsewhere: Path, run_python: Start) -> None:
    program = """
from cdktf_fast_synthesis import kernel
kernel._PARTS = ("unknown",)
started = []
start = kernel._started
kernel._started = lambda: (started.append(start()), started[0])[1]
kernel.start_directly()
print(started[0].returncode, kernel._early)
"""
    assert run_python(elsewhere, program).stdout.split() == ["-9", "[]"]


def test_a_node_that_jsii_may_warn_about_is_started_as_jsii_does(start: Start) -> None:
    before = "kernel._NODE_VERSIONS['FAST_SYNTHESIS_NODE'] = '1'"
    assert start(before).stdout.strip() == "as jsii does"


def test_an_unknown_kernel_is_started_as_jsii_does(start: Start) -> None:
    assert start("kernel._SPEAKS_ON_DESCRIPTOR_3 = b'readFD:4'").stdout.strip() == "as jsii does"


def test_a_runtime_of_ones_own_is_started_as_jsii_does(start: Start, elsewhere: Path) -> None:
    for name, target in embedded.EMBEDDED_FILES.items():
        copy = elsewhere / "runtime" / target
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(embedded.__file__).with_name(name), copy)
    runtime = str(elsewhere / "runtime/bin/jsii-runtime.js")
    assert start(JSII_RUNTIME=runtime).stdout.strip() == "as jsii does"


def test_what_the_kernel_prints_is_printed(start: Start, elsewhere: Path) -> None:
    (elsewhere / "printing.cjs").write_text("console.log('said'); console.error('warned');")
    ran = start(NODE_OPTIONS=f'--require "{elsewhere / "printing.cjs"}"')
    assert ran.stdout.split() == ["said"]
    assert ran.stderr.split() == ["warned"]


def test_without_compiled_modules_it_still_works(start: Start, elsewhere: Path) -> None:
    nowhere = str(elsewhere / "no-compiled-modules")
    ran = start(PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX=nowhere)
    assert ran.stdout.strip() == ""
