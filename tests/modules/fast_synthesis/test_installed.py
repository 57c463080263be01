"""The package lifted out of the project, into a folder with a space: what a program that uses it sees.

That all stacks come out equal to the stock import, byte for byte, is in tests/operations/benchmark: the stock
import takes as long as half of all tests here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsii._embedded import jsii as embedded

from modules import fast_synthesis

PROGRAM = """
import atexit, gc, json, sys
import fast_synthesis
fast_synthesis.install()
fast_synthesis.install()

import jsii
from cdktf import App, Aspects, IAspect, TerraformStack
import cdktf_cdktf_provider_aws as aws
from cdktf_cdktf_provider_aws import data_aws_availability_zones as zones
from cdktf_cdktf_provider_aws.security_group import SecurityGroup, SecurityGroupIngress
from jsii._kernel.types import CreateRequest

app = App(outdir=sys.argv[1])
stack = TerraformStack(app, "shop")
aws.provider.AwsProvider(stack, "aws", region="eu-west-1")

class NamedVpc(aws.vpc.Vpc):
    def to_metadata(self):
        return super().to_metadata()

vpc = NamedVpc(stack, "vpc", cidr_block="10.0.0.0/16")
rule = SecurityGroupIngress(protocol="tcp", from_port=1, to_port=2)
group = SecurityGroup(stack, "group", vpc_id=vpc.id, ingress=[rule])
zones.DataAwsAvailabilityZones(stack, "zones", state="available")
before = [name.split(".")[1] for name in sys.modules if name.startswith("cdktf_cdktf_provider_aws.")]
jsii.kernel.provider.create(CreateRequest(
    fqn="@cdktf/provider-aws.sqsQueue.SqsQueue", args=[{"$jsii.byref": stack.__jsii_ref__.ref}, "queue"],
    overrides=[], interfaces=[]))
queue = stack.node.find_child("queue")
children = [type(child).__name__ for child in stack.node.children]

seen = []
@jsii.implements(IAspect)
class Seeing:
    def visit(self, node): seen.append(type(node).__name__)
Aspects.of(stack).add(Seeing())
app.synth()
print(json.dumps({
    "submodules": before,
    "ingress": type(group.ingress).__name__,
    "queue": type(queue).__name__,
    "is_the_class": type(queue) is aws.sqs_queue.SqsQueue,
    "children": children,
    "seen": seen,
    "loaded": [name for name in ("unittest.mock", "dateutil.parser._parser") if name in sys.modules],
    "threshold": gc.get_threshold()[0],
}))
"""


@pytest.fixture(scope="module")
def lifted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a copy of the package and nothing else of the project."""
    folder = tmp_path_factory.mktemp("another project")
    shutil.copytree(Path(fast_synthesis.__file__).parent, folder / "fast_synthesis")
    return folder


def run(folder: Path, program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {"FAST_SYNTHESIS", "NODE_OPTIONS", "PYTHONPATH"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def observed(lifted: Path) -> dict[str, Any]:
    ran = run(lifted, PROGRAM, str(lifted / "output"))
    assert ran.stderr == ""
    found: dict[str, Any] = json.loads(ran.stdout)
    return {**found, "output": json.loads((lifted / "output/stacks/shop/cdk.tf.json").read_text())}


def test_only_what_is_used_is_imported(observed: dict[str, Any]) -> None:
    used = {"provider", "vpc", "security_group", "data_aws_availability_zones"}
    assert used == {name for name in observed["submodules"] if not name.startswith("_")}


def test_an_object_of_the_javascript_side_is_of_its_python_class(observed: dict[str, Any]) -> None:
    assert observed["queue"] == "SqsQueue"
    assert observed["is_the_class"]


def test_nested_types_subclasses_and_aspects_are_as_ever(observed: dict[str, Any]) -> None:
    names = ["AwsProvider", "NamedVpc", "SecurityGroup", "DataAwsAvailabilityZones", "SqsQueue"]
    assert observed["ingress"] == "SecurityGroupIngressList"
    assert observed["children"] == names
    assert observed["seen"] == ["TerraformStack", *names, "LocalBackend"]


def test_what_is_written_is_complete(observed: dict[str, Any]) -> None:
    resources = observed["output"]["resource"]
    assert set(resources) == {"aws_vpc", "aws_security_group", "aws_sqs_queue"}
    ingress = resources["aws_security_group"]["group"]["ingress"]
    assert [(rule["from_port"], rule["to_port"]) for rule in ingress] == [(1, 2)]
    assert resources["aws_security_group"]["group"]["vpc_id"] == "${aws_vpc.vpc.id}"


def test_typeguard_and_dateutil_stay_out_until_they_are_asked(observed: dict[str, Any]) -> None:
    assert observed["loaded"] == []


def test_garbage_is_looked_for_seldom(observed: dict[str, Any]) -> None:
    assert observed["threshold"] == 50_000


def test_who_looks_for_no_garbage_is_left_alone(lifted: Path) -> None:
    program = "import gc; gc.set_threshold(0); import fast_synthesis; fast_synthesis.install()"
    assert run(lifted, f"{program}; print(gc.get_threshold()[0])").stdout.strip() == "0"


def test_it_can_be_switched_off(lifted: Path) -> None:
    program = """
import os, sys
import fast_synthesis
fast_synthesis.install()
import jsii
from jsii._kernel.providers.process import _NodeProcess
print(*(type(finder).__name__ for finder in sys.meta_path))
print("NODE_OPTIONS" in os.environ, _NodeProcess.start.__module__, jsii.get == jsii.kernel.get)
"""
    finders, others = run(lifted, program, FAST_SYNTHESIS="0").stdout.splitlines()
    assert "BindingsFinder" not in finders
    assert others.split() == ["False", "jsii._kernel.providers.process", "True"]


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
