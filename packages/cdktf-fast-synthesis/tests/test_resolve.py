"""What is resolved without cdktf comes out as cdktf resolves it: the real cdktf, in Node."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdktf_fast_synthesis import toolkit

if TYPE_CHECKING:
    from conftest import NodeModules

pytestmark = pytest.mark.skipif(
    toolkit() == "cdktn",
    reason="on files of cdktf; test_kernel_hook.py has those of cdktn",
)

RunNode = Callable[..., CompletedProcess[str]]

PROGRAM = Path(__file__).with_name("resolving.cjs")
TEXTS = [
    "",
    "plain",
    "1e5",
    "-1.8881545897087505e+289",
    "arn:aws:iam::123456789012:role/a-2e-3",
    "${aws_vpc.vpc.id}",
    "a ${b} c }",
    "$${escaped}",
    "#{TfToken[",
    "${TfToken[TOKEN.9999]}",
    "#{TfToken[TOKEN.9999]}",
    "&{TfToken[TOKEN.9999]}",
    "String Map Token Value",
    "Any Map Token Value",
]
NUMBERS = [0, -1, 1.5, 1e21, 1e300, -1e289, -123456789]
KINDS = [
    *("undefined", "text", "list", "number", "numbers", "map", "numberMap", "anyMap", "token", "mixed"),
    *(
        "numberInText",
        "resolvable",
        "likeConstruct",
        "call",
        "lazy",
        "date",
        "construct",
        "function",
        "other",
    ),
    *("circle", "deep", "joined", "inExpression", "withNumber", "withListToken", "withList", "withNull"),
    "numberOfToken",
]

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.text(alphabet="ae1-+.$#&{}[]TfTokn", max_size=12),
    st.sampled_from(KINDS).map(lambda kind: {"make": kind}),
)
keys = st.sampled_from(["a", "b", "TOKEN", "x-TOKEN", "MAP", "1e5", "resolve", "_children", "${c}"])
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=8
)


def outcomes(run_node: RunNode, of: list[Any], output: Path) -> dict[str, Any]:
    """What comes of each value, while preparing and after it."""
    ran = run_node(PROGRAM, output, given=json.dumps(of))
    found: dict[str, Any] = json.loads(ran.stdout)
    assert found["replaced"]
    assert len(found["theirs"]) == 2 * len(of)
    return found


def test_each_kind_of_value_everywhere(run_node: RunNode, tmp_path: Path) -> None:
    each = [{"make": kind} for kind in KINDS] + TEXTS + NUMBERS + [None, True]
    places = [[one, [one], {"a": one}, ["a", one, "b"], {"a": [{"b": one}], "c": None}] for one in each]
    found = outcomes(run_node, [value for values in places for value in values], tmp_path)
    assert sorted(found["kinds"]) == sorted(KINDS)
    assert found["ours"] == found["theirs"]
    assert sum("error" in outcome for outcome in found["theirs"]) > 20


@given(of=st.lists(values, min_size=30, max_size=60))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value(of: list[Any], run_node: RunNode, tmp_path: Path) -> None:
    found = outcomes(run_node, of, tmp_path)
    assert found["ours"] == found["theirs"]


def test_another_cdktf_is_left_as_it_is(modules: NodeModules) -> None:
    file = "cdktf/lib/tokens/private/resolve.js"
    modules.write(file, "exports.resolve = function resolve(value) { return 'its own'; };")
    script = f"console.log(JSON.stringify(require('{file}').resolve('plain', {{}})))"
    assert modules.run(script) == "its own"
