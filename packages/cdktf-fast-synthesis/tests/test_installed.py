"""What a program that uses the package sees, from a folder with a space in its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

RunPython = Callable[..., CompletedProcess[str]]

PROGRAM = """
import atexit, gc, json, sys
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
cdktf_fast_synthesis.install()

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
before = [name.split(".")[1] for name in sys.modules if name.startswith(aws.__name__ + ".")]
jsii.kernel.provider.create(CreateRequest(
    fqn=f"@{cdktf_fast_synthesis.toolkit()}/provider-aws.sqsQueue.SqsQueue",
    args=[{"$jsii.byref": stack.__jsii_ref__.ref}, "queue"],
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
def observed(elsewhere: Path, run_python: RunPython) -> dict[str, Any]:
    ran = run_python(elsewhere, PROGRAM, str(elsewhere / "output"))
    assert ran.stderr == ""
    found: dict[str, Any] = json.loads(ran.stdout)
    return {**found, "output": json.loads((elsewhere / "output/stacks/shop/cdk.tf.json").read_text())}


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
    assert observed["threshold"] == 1_000_000


def test_who_looks_for_no_garbage_is_left_alone(elsewhere: Path, run_python: RunPython) -> None:
    program = "import gc; gc.set_threshold(0); import cdktf_fast_synthesis; cdktf_fast_synthesis.install()"
    assert run_python(elsewhere, f"{program}; print(gc.get_threshold()[0])").stdout.strip() == "0"


def test_it_can_be_switched_off(elsewhere: Path, run_python: RunPython) -> None:
    program = """
import os, sys
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
import jsii
from jsii._kernel.providers.process import _NodeProcess
print(*(type(finder).__name__ for finder in sys.meta_path))
print("NODE_OPTIONS" in os.environ, _NodeProcess.start.__module__, jsii.get == jsii.kernel.get)
"""
    finders, others = run_python(elsewhere, program, FAST_SYNTHESIS="0").stdout.splitlines()
    assert "BindingsFinder" not in finders
    assert others.split() == ["False", "jsii._kernel.providers.process", "True"]
