"""Each part can be switched off, is off then, and leaves the output as it is: that of stock cdktf."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import pytest

from cdktf_fast_synthesis import SynthesisError, toolkit
from cdktf_fast_synthesis.parts import PARTS, switched_on
from cdktf_fast_synthesis.roots import head_and_submodules

pytestmark = pytest.mark.skipif(
    toolkit() == "cdktn",
    reason="on files of cdktf; test_kernel_hook.py has those of cdktn",
)

USED = ("provider", "s3_bucket", "security_group", "vpc")
UNUSED = "sns_topic"
NEED = {"bytecode": ["computed"], "kernel": ["compiled"]}  # without the first, the others do nothing
STILL_ON = {"guard", "node"}
STOCK = {"FAST_SYNTHESIS": "0", "FAST_SYNTHESIS_WITHOUT": "guard,node"}
PROGRAM = """
import dataclasses, gc, json, os, sys, typing
os.environ.pop("JSII_NODE", None)
import cdktf_fast_synthesis
from cdktf_fast_synthesis import ending
cdktf_fast_synthesis.install(node_program=sys.argv[1])

import jsii
from cdktf import App, Fn, LocalBackend, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws import provider, s3_bucket, security_group, vpc
from jsii import _kernel
from jsii._kernel.providers import process

app = App(outdir="output")
stack = TerraformStack(app, "shop")
provider.AwsProvider(stack, "aws", region="eu-west-1")
LocalBackend(stack, path="shop.tfstate")
networks = [vpc.Vpc(stack, f"vpc-{n}", cidr_block=f"10.{n}.0.0/16", tags={"Name": "shop"}) for n in range(2)]
for n, network in enumerate(networks):
    rule = security_group.SecurityGroupIngress(protocol="tcp", from_port=n, to_port=1e3, cidr_blocks=["::/0"])
    security_group.SecurityGroup(stack, f"group-{n}", vpc_id=network.id, ingress=[rule], name=None)
    s3_bucket.S3Bucket(stack, f"bucket-{n}", bucket=f"a ${{literal}} in {network.arn} 1e5")
TerraformOutput(stack, "joined", value=Fn.join(",", [network.id for network in networks]))
app.synth()
cdktf_fast_synthesis.check_addresses(app)
print(json.dumps({
    "arguments": _kernel._make_reference_for_native.__module__ != "jsii._kernel",
    "attributes": jsii.get != jsii.kernel.get,
    "bindings": "cdktf_cdktf_provider_aws.sns_topic" not in sys.modules,
    "bytecode": vpc.Vpc.__doc__ is None,
    "computed": "SecurityGroupTimeoutsOutputReference" not in vars(security_group),
    "ending": ending._is_on(),
    "garbage": gc.get_threshold()[0] == 1_000_000,
    "guard": jsii.create != jsii.kernel.create,
    "kernel": hasattr(jsii.kernel.provider._process._process, "printed"),
    "messages": process.json is not json,
    "node": "JSII_NODE" in os.environ,
    "overrides": _kernel._get_overides.__module__ != "jsii._kernel",
    "pipelining": "fast_synthesis" in process._NodeProcess.send.__module__,
    "texts": "exec" in vars(dataclasses) and "compile" in vars(typing),
    "type_checks": "fast_synthesis" in vpc.Vpc.__init__.__globals__["check_type"].__module__,
}))
"""
# In Node: what was loaded, and whose functions these are.
NODE_PROBE = """
const { _cache } = require('node:module');
process.on('exit', () => {
    const exported = end => Object.entries(_cache).find(([file]) => file.endsWith(end))?.[1].exports;
    const resolve = exported('/cdktf/lib/tokens/private/resolve.js')?.resolve;
    if (!resolve) return;
    const { captureStackTrace } = exported('/cdktf/lib/tokens/private/stack-trace.js');
    const { TokenString } = exported('/cdktf/lib/tokens/private/encoding.js');
    require('node:fs').writeFileSync(process.env.FOUND_IN_NODE, JSON.stringify({
        compiled: exported('/compiled.cjs') !== undefined,
        json: !exported('/json-stable-stringify/index.js'),
        package_files: exported('/package_files.cjs') !== undefined,
        node_files: !exported('/provider-aws/lib/sns-topic/index.js'),
        prepared: String(exported('/cdktf/lib/app.js').App.prototype.synth).includes('isSynthesizing'),
        resolve: String(resolve).includes('isPlain'),
        types: exported('/types.cjs') !== undefined,
        validations: exported('/validations.cjs') !== undefined,
        stack_traces: String(captureStackTrace).includes('isCapturing'),
        attributes: String(TokenString.prototype.split).includes('ATTRIBUTE'),
    }));
});
"""


class Ran(NamedTuple):
    """Which parts a program found at work, in Python and in Node, and what it wrote."""

    python: dict[str, bool]
    node: dict[str, bool]
    output: dict[str, bytes]


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def few_bindings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a part of the AWS bindings: the stock import of all takes ten seconds."""
    spec = importlib.util.find_spec("cdktf_cdktf_provider_aws")
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin)
    package = tmp_path_factory.mktemp("bindings") / root.parent.name
    package.mkdir()
    for name in ("_jsii", *USED, UNUSED):
        (package / name).symlink_to(root.parent / name)
    head, _ = head_and_submodules(root.read_text())
    imports = "".join(f"from . import {name}\n" for name in (*USED, UNUSED))
    (package / "__init__.py").write_text(f"{head}\n{imports}")
    return package.parent


@pytest.fixture(scope="module")
def run(
    few_bindings: Path,
    run_python: Callable[..., CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """`run(**environment)`: the program, once for each environment."""
    node = shutil.which(os.environ.get("JSII_NODE", "node"))
    assert node is not None

    @functools.cache
    def run(**environment: str) -> Ran:
        folder = tmp_path_factory.mktemp("run")
        (folder / "probe.cjs").write_text(NODE_PROBE)
        ran = run_python(
            folder,
            PROGRAM,
            node,
            **environment,
            PATH=f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}",
            PYTHONPATH=str(few_bindings),
            NODE_OPTIONS=f"--require {folder}/probe.cjs",
            FOUND_IN_NODE=str(folder / "found.json"),
        )
        written = sorted((folder / "output").rglob("*.json"))
        return Ran(
            python=json.loads(ran.stdout),
            node=json.loads((folder / "found.json").read_text()),
            output={str(path.relative_to(folder)): path.read_bytes() for path in written},
        )

    return run


def test_everything_is_on_unless_it_is_switched_off(run: Run) -> None:
    ran = run()
    assert {*ran.python, *ran.node} == PARTS
    assert all((ran.python | ran.node).values())
    assert all(ran.node.values())


def test_stock_is_without_any_part(run: Run) -> None:
    ran = run(**STOCK)
    assert not any((ran.python | ran.node).values())


def test_fast_synthesis_0_leaves_on_what_makes_nothing_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAST_SYNTHESIS", "0")
    assert switched_on() == STILL_ON


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_part_is_switched_off(part: str, run: Run) -> None:
    ran, off = run(FAST_SYNTHESIS_WITHOUT=part), {part, *NEED.get(part, ())}
    assert {name for name, is_on in ran.python.items() if not is_on} == off & ran.python.keys()
    assert {name for name, is_on in ran.node.items() if not is_on} == off & ran.node.keys()


@pytest.mark.parametrize("part", [None, *sorted(PARTS)])
def test_without_a_part_the_output_is_that_of_stock_cdktf(part: str | None, run: Run) -> None:
    stock = run(**STOCK).output
    assert {"output/manifest.json", "output/stacks/shop/cdk.tf.json"} <= stock.keys()
    assert run(**({"FAST_SYNTHESIS_WITHOUT": part} if part else {})).output == stock


def test_several_parts_are_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAST_SYNTHESIS", "1")
    monkeypatch.setenv("FAST_SYNTHESIS_WITHOUT", " attributes, messages,")
    assert PARTS - switched_on() == {"attributes", "messages"}


def test_what_is_no_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAST_SYNTHESIS_WITHOUT", "mesages,kernel,all")
    with pytest.raises(SynthesisError) as refused:
        switched_on()
    allowed = f"allowed: {', '.join(sorted(PARTS))}; correct it, or unset the variable"
    assert refused.value.sentences == (
        f"FAST_SYNTHESIS_WITHOUT: got 'all'; {allowed}",
        f"FAST_SYNTHESIS_WITHOUT: got 'mesages'; {allowed}",
    )


@pytest.mark.parametrize(
    ("given", "on"), [("", PARTS), ("1", PARTS), (" 1", PARTS), ("0", STILL_ON), ("0 ", STILL_ON)]
)
def test_fast_synthesis_is_0_or_1(given: str, on: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAST_SYNTHESIS", given)
    assert switched_on() == on


@pytest.mark.parametrize("given", ["maybe", "no", "00", "-1"])
def test_anything_else_is_refused_with_what_else_is_wrong(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAST_SYNTHESIS", given)
    monkeypatch.setenv("FAST_SYNTHESIS_WITHOUT", "all")
    with pytest.raises(SynthesisError) as refused:
        switched_on()
    switch, part = refused.value.sentences
    assert switch == f"FAST_SYNTHESIS: got '{given}'; allowed: 0 or 1; correct it, or unset the variable"
    assert part.startswith("FAST_SYNTHESIS_WITHOUT: got 'all'; ")
