"""JSON is written as json-stable-stringify writes it, which is what stock cdktf calls: in Node."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any

import pytest

import cdktf_fast_synthesis
from cdktf_fast_synthesis import toolkit

if TYPE_CHECKING:
    from conftest import NodeModules

pytestmark = pytest.mark.skipif(toolkit() == "cdktn", reason="cdktn writes by itself")

PACKAGE = Path(cdktf_fast_synthesis.__file__).parent
# Both on each value: what they wrote, or the message of the error.
WRITTEN = """
const { createRequire } = require('node:module');
const file = createRequire(require.resolve('cdktf/package.json')).resolve('json-stable-stringify');
const theirs = require(file);
let loaded = 0;
const ours = require(process.argv[1]).stringifier(file, () => (loaded += 1, theirs));
const circle = { a: {} };
circle.a.b = circle;
const twice = { a: 1 }, options = new Function(`return ${process.argv[2]}`)();
class Made { constructor() { this.b = 1; this.a = 2; } }
const values = {
  plain: { b: 1, a: [true, null, 'text', -0.5], c: {} },
  order: { b: 1, 10: 1, 9: 1, B: 1, '': 1, 'a b': 1, ä: 1, _: 1, '\\u{1f600}': 1, '\\uffee': 1 },
  empty: { list: [], map: {}, text: '', nested: [[], {}, [[]]] },
  unset: { a: undefined, b: [undefined, () => 1, Symbol('x')], c: () => 1 },
  sparse: [1, , 3],
  numbers: [NaN, Infinity, -0, 1e21, 0.1],
  escaped: ['"', '\\\\', '\\n', '\\u2028', '\\ud800', '</script>', { '"': 1 }],
  own: { date: new Date(0), made: new Made(), bare: Object.assign(Object.create(null), { b: 1, a: 2 }) },
  json: { toJSON: () => ({ b: 1, a: { toJSON: () => undefined } }) },
  twice: [twice, twice, { twice }],
  circle,
  text: 'text',
  nothing: undefined,
  none: null,
};
const written = write => Object.entries(values).map(([name, value]) => {
  try {
    return [name, String(write(value, options))];
  } catch (error) {
    return [name, `${error.name}: ${error.message}`];
  }
});
console.log(JSON.stringify({ ours: written(ours), theirs: written(theirs), loaded }));
"""


@pytest.fixture
def write(run_node: Callable[..., CompletedProcess[str]]) -> Callable[[str], Any]:
    """`write(options)`: what both wrote, and how often theirs was loaded for ours."""

    def write(options: str) -> Any:
        return json.loads(run_node("-e", WRITTEN, PACKAGE / "json.cjs", options, cwd=PACKAGE).stdout)

    return write


@pytest.mark.parametrize("options", ["{ space: 2 }", "{ space: 1 }"])
def test_the_same_is_written(options: str, write: Callable[[str], Any]) -> None:
    written = write(options)
    assert written["ours"] == written["theirs"]
    assert written["loaded"] == 0
    assert dict(written["ours"])["circle"] == "TypeError: Converting circular structure to JSON"


@pytest.mark.parametrize(
    "options",
    ["undefined", "{}", "{ space: '\\t' }", "{ space: 0 }", "{ space: 2, cycles: true }", "() => 1"],
)
def test_the_package_writes_what_is_asked_otherwise(options: str, write: Callable[[str], Any]) -> None:
    written = write(options)
    assert written["ours"] == written["theirs"]
    assert written["loaded"] == len(written["ours"])


@pytest.mark.parametrize("writer", ["manifest.js", "synthesize/synthesizer.js", "testing/index.js"])
def test_another_package_is_left_as_it_is(writer: str, modules: NodeModules) -> None:
    modules.write("json-stable-stringify/index.js", "module.exports = () => 'another';")
    modules.write(f"cdktf/lib/{writer}", "exports.write = require('json-stable-stringify');")
    script = f"console.log(JSON.stringify(require('cdktf/lib/{writer}').write({{}}, {{ space: 2 }})));"
    assert modules.run(script) == "another"
