"""Calls whose answers are known are sent without waiting; one that fails is named, with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace
from typing import Any

import jsii
import pytest
from cdktf import App, TerraformOutput, TerraformStack
from constructs import Construct
from jsii.errors import JSIIError

from cdktf_fast_synthesis import pipelining, toolkit

process: Any = import_module("jsii._kernel.providers.process")
Run = Callable[..., str]

PROGRAM = """
import os, sys
import cdktf_fast_synthesis
from cdktf_fast_synthesis import pipelining
{before}
cdktf_fast_synthesis.install()
import jsii
from cdktf import App, TerraformOutput, TerraformStack
from constructs import Construct

app = App(outdir="output", skip_validation=True)
stack = TerraformStack(app, "shop")
group = Construct(stack, "group")

def said(call):
    try:
        call()
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"

def unread():
    return len(jsii.kernel.provider._process.pipeline._unread)

{program}
"""
TWICE = """
Construct(group, "one")
Construct(group, "one")  # the wrong line
later = [Construct(group, f"part-{n}") for n in range(10)]
print(unread())
print(said(app.synth))
print(said(lambda: Construct(group, "after")))
print(said(lambda: later[0].node))
"""


@pytest.fixture
def run(elsewhere: Path, run_python: Callable[..., CompletedProcess[str]]) -> Run:
    """What a program prints, in lines; `before` is what it does before install()."""

    def run(program: str, before: str = "", **environment: str) -> str:
        text = PROGRAM.format(program=program, before=before)
        (elsewhere / "program.py").write_text(text)
        return run_python(elsewhere, "import runpy; runpy.run_path('program.py')", **environment).stdout

    return run


def line_of(text: str) -> int:
    """The number of the line of a program that has this text."""
    lines = PROGRAM.format(program=TWICE, before="").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def unread() -> int:
    """How many creations of this process are not answered yet."""
    provider: Any = jsii.kernel.provider
    return len(provider._process.pipeline._unread)


def test_a_wrong_construct_in_a_batch_is_named_by_path_and_line(run: Run) -> None:
    unread, *said = run(TWICE).splitlines()
    assert int(unread) > 10
    wrong = "shop/group/one: There is already a Construct with name 'one' in Construct [group]"
    assert said == [f"SynthesisError: {wrong}; made in program.py, line {line_of('the wrong line')}"] * 3


def test_it_is_told_before_many_more_are_made(run: Run) -> None:
    program = """
Construct(group, "one")
Construct(group, "one")
made = []
print(said(lambda: [made.append(Construct(group, f"part-{n}")) for n in range(1000)]))
print(len(made))
"""
    said, made = run(program).splitlines()
    assert said.startswith("SynthesisError: shop/group/one: There is already a Construct")
    assert 0 < int(made) < pipelining._MOST


def test_what_is_no_construct_is_named_by_its_type(run: Run) -> None:
    program = """
class Wrong:
    __jsii_type__ = "cdktf.TerraformStack"
print(said(lambda: (jsii.kernel.create(Wrong, Wrong(), [None, "lost"]), app.node)))
"""
    assert run(program).startswith("SynthesisError: cdktf.TerraformStack: ")


def test_what_gives_nothing_is_not_waited_for(app: App) -> None:
    stack = TerraformStack(app, "shop")
    output = TerraformOutput(stack, "joined", value="a")
    node, before = stack.node, unread()
    stack.add_override("terraform.required_version", ">= 1")
    node.add_metadata("made", "here")
    node.add_dependency(output)
    output.description = "Both."
    assert (before, unread()) == (0, 4)
    assert output.description == "Both."
    assert not unread()
    app.synth()
    (document,) = Path(app.outdir).glob("stacks/*/cdk.tf.json")
    written = json.loads(document.read_text())
    assert written["output"]["joined"] == {"description": "Both.", "value": "a"}
    assert written["terraform"]["required_version"] == ">= 1"


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("other.add_dependency(stack)", "cdktf.TerraformStack.addDependency: .*circular"),
        ("jsii.set(output, 'node', output)", "cdktf.TerraformOutput.node: "),
        ("jsii.set(output, 'unknown', 1)", "cdktf.TerraformOutput.unknown: "),
    ],
)
def test_what_gives_an_error_instead_is_named(call: str, what: str, run: Run) -> None:
    program = f"""
output = TerraformOutput(stack, "joined", value="a")
other = TerraformStack(app, "other")
stack.add_dependency(other)
{call}  # the wrong line
made = Construct(group, "one")
print(said(app.synth))
"""
    line = PROGRAM.format(program=program, before="").splitlines().index(f"{call}  # the wrong line") + 1
    kind = f"{what}.*; made in program.py, line {line}".replace("cdktf", toolkit())
    assert re.match(f"SynthesisError: {kind}$", run(program), re.DOTALL)


def test_what_another_library_calls_alike_is_waited_for() -> None:
    request = process.InvokeRequest(
        objref=process.ObjRef(ref="library.Stack@10000"), method="addOverride", args=[]
    )
    provider: Any = jsii.kernel.provider
    with pytest.raises(JSIIError, match=r"library\.Stack@10000"):
        provider.invoke(request)


LOADS = """
import pathlib
folder = pathlib.Path("{folder}")
folder.mkdir()
{more}
unread()
app.node
print(said(lambda: jsii.kernel.load("missing", "1", str(folder / "missing.tgz"))), unread())
print(said(lambda: app.node.path))
"""


def test_a_package_is_loaded_meanwhile(run: Run) -> None:
    loading, later = run(LOADS.format(folder="package", more="(folder / '__init__.py').touch()")).splitlines()
    assert loading == "None 1"
    assert re.match(r"SynthesisError: missing: .*missing\.tgz.*; made in program\.py, line \d+", later)


def test_a_package_in_a_file_of_the_moment_is_waited_for(run: Run) -> None:
    loading, later = run(LOADS.format(folder="moment", more="")).splitlines()
    assert re.match(r"(?!SynthesisError)\w+Error: .*missing\.tgz.* 0$", loading)
    assert later == "None"


def test_of_an_unknown_kernel_each_answer_is_waited_for(run: Run) -> None:
    before = "pipelining._PROGRAM = 'elsewhere.js'"
    program = 'Construct(group, "one")\nprint(unread(), said(lambda: Construct(group, "one")))\napp.synth()'
    assert run(program, before).startswith("0 RuntimeError: There is already a Construct with name 'one'")


@pytest.mark.parametrize("changed", ["_NUMBERS", "_REGISTERS"])
def test_a_kernel_that_numbers_otherwise_is_unknown(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pipelining._kernel_is_known()
    monkeypatch.setattr(pipelining, changed, re.compile(b"another kernel's words"))
    assert not pipelining._kernel_is_known()


def test_a_runtime_of_ones_own_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME", "runtime.js")
    assert not pipelining._kernel_is_known()


def test_where_jsii_sends_stack_traces_each_answer_is_waited_for(
    stack: TerraformStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSII_HOST_STACK_TRACES", "1")
    assert stack.node.path  # seen when an answer is waited for
    Construct(stack, "one")
    Construct(stack, "two")
    assert not unread()


def test_once_the_kernel_may_call_back_each_answer_is_waited_for(run: Run) -> None:
    program = """
from cdktf import Aspects, IAspect
Construct(group, "one")
print(unread() > 0)
@jsii.implements(IAspect)
class Visits:
    def visit(self, node):
        visited.append(node.node.path)
visited = []
Aspects.of(stack).add(Visits())
Construct(group, "two")
print(unread())
app.synth()
print(*[path for path in visited if "backend" not in path])
"""
    assert run(program).splitlines() == [
        "True",
        "0",
        "shop shop/group shop/group/one shop/group/two",
    ]


def test_a_kernel_that_was_killed_is_a_sentence(run: Run) -> None:
    program = """
kernel = jsii.kernel.provider._process._process
kernel.kill()
kernel.wait()
print(said(lambda: Construct(group, "one")))
print(said(lambda: [Construct(group, f"part-{n}") for n in range(100)]))
print(said(app.synth))
"""
    ended = f"SynthesisError: {pipelining._ENDED}"
    assert {*run(program).splitlines()} <= {ended, "None"}
    assert run(program).splitlines()[-1] == ended


def test_an_answer_that_is_another_reference_is_a_sentence(run: Run) -> None:
    program = """
jsii.kernel.provider._process.pipeline._number += 7
Construct(group, "one")
print(said(app.synth))
"""
    said = run(program)
    assert re.match(
        r"SynthesisError: shop/group/one: jsii's kernel answered .*Construct@\d+.*WITHOUT=pipelining", said
    )


def test_constructs_are_what_the_kernel_knows_them_by(app: App) -> None:
    stack = TerraformStack(app, "shop")
    made = [Construct(stack, f"part-{number}") for number in range(3 * pipelining._MOST)]
    for number, construct in enumerate(made):
        assert construct.node.id == f"part-{number}"
        assert stack.node.find_child(f"part-{number}") is construct


def test_few_answers_are_unread(stack: TerraformStack) -> None:
    most = 0
    for number in range(3 * pipelining._MOST):
        Construct(stack, f"part-{number}")
        most = max(most, unread())
    assert 1 < most < pipelining._MOST


@pytest.mark.parametrize("changed", ["jdefault", "CreateRequest", "_stack_traces_enabled"])
def test_another_process_is_left_as_it_is(changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(self: Any, request: Any, response_type: Any) -> None:
        """Stand for jsii's."""

    monkeypatch.setattr(process._NodeProcess, "send", send)
    monkeypatch.delattr(process, changed)
    pipelining.create_without_waiting()
    assert process._NodeProcess.send is send


def test_a_process_with_other_parameters_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = SimpleNamespace(send=len, _next_message=len)
    monkeypatch.setattr(process, "_NodeProcess", changed)
    pipelining.create_without_waiting()
    assert changed.send is len
