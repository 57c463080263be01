"""How the kernel is started, by the package lifted out of the project."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from jsii._embedded import jsii as embedded

from tests.modules.fast_synthesis.programs import run

STARTED = """
import fast_synthesis
from fast_synthesis import kernel
fast_synthesis.install()
from jsii._kernel.providers.process import _NodeProcess
stock, started = _NodeProcess.start_as_jsii_does, []
def start(self):
    started.append("as jsii does")
    stock(self)
_NodeProcess.start_as_jsii_does = start
{before}
import constructs
root = constructs.RootConstruct()
assert constructs.Construct(root, "part").node.path == "part"
print(*started)
"""


def start(folder: Path, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return run(folder, STARTED.format(before=before), **environment)


def test_the_kernel_is_started_directly(lifted: Path) -> None:
    assert start(lifted).stdout.strip() == ""


def test_a_node_that_jsii_may_warn_about_is_started_as_jsii_does(lifted: Path) -> None:
    before = "kernel._NODE_VERSIONS['FAST_SYNTHESIS_NODE'] = '1'"
    assert start(lifted, before).stdout.strip() == "as jsii does"


def test_an_unknown_kernel_is_started_as_jsii_does(lifted: Path) -> None:
    assert start(lifted, "kernel._SPEAKS_ON_DESCRIPTOR_3 = b'readFD:4'").stdout.strip() == "as jsii does"


def test_a_runtime_of_ones_own_is_started_as_jsii_does(lifted: Path) -> None:
    for name, target in embedded.EMBEDDED_FILES.items():
        copy = lifted / "runtime" / target
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(embedded.__file__).with_name(name), copy)
    runtime = str(lifted / "runtime/bin/jsii-runtime.js")
    assert start(lifted, JSII_RUNTIME=runtime).stdout.strip() == "as jsii does"


def test_what_the_kernel_prints_is_printed(lifted: Path) -> None:
    (lifted / "printing.cjs").write_text("console.log('said'); console.error('warned');")
    ran = start(lifted, NODE_OPTIONS=f'--require "{lifted / "printing.cjs"}"')
    assert ran.stdout.split() == ["said"]
    assert ran.stderr.split() == ["warned"]


def test_without_compiled_modules_it_still_works(lifted: Path) -> None:
    nowhere = str(lifted / "no-compiled-modules")
    ran = start(lifted, PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX=nowhere)
    assert ran.stdout.strip() == ""
