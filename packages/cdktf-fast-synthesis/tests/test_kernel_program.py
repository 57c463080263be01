"""The kernel's text is changed where it is known, and what it reads of a package is the same as before."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import cdktf_fast_synthesis

if TYPE_CHECKING:
    from conftest import NodeModules

PACKAGE = Path(cdktf_fast_synthesis.__file__).parent
KERNEL = Path(str(import_module("jsii._embedded.jsii").__file__)).with_name("lib__program.js")
ANSWERS, LOOP, DIGEST, DEFINITIONS = "this.unsent", "this.messages", ".digest(e,p,", ".definitions("
STACKS, PROPERTIES, REQUIRED, LACKING = (
    "withoutStackTraces(",
    "ofTypes.propertiesOf(",
    "ofTypes.requiredOf(",
    "ofTypes.lackingOf(",
)

CHANGED = """
const text = require('fs').readFileSync({file}, 'utf8');
const { changed } = require({program});
const found = without => [{marks}].filter(mark => changed(text, without).includes(mark));
console.log(JSON.stringify({
  all: found([]), pipelining: found(['pipelining']), package_files: found(['package_files']),
  stack_traces: found(['stack_traces']), types: found(['types']), other: changed('a kernel', []),
}));
"""
DIGESTS = """
delete process.env.PYTHONDONTWRITEBYTECODE;
const fs = require('fs'), { createHash } = require('crypto'), { digest } = require({files});
let computed = 0;
const compute = (...words) => digest('archive.tgz', words, () => {
  computed++;
  return createHash('sha256').update(fs.readFileSync('archive.tgz')).update(words.join()).digest();
}).toString('hex');
const found = [];
const note = () => found.push([compute('aws', '1'), computed]);
fs.writeFileSync('archive.tgz', 'one');
note(); note();
fs.writeFileSync('archive.tgz', 'two');
note(); note();
const kept = '__pycache__/archive.tgz.digest';
fs.writeFileSync(kept, fs.readFileSync(kept, 'utf8').slice(0, -1));
note();
fs.rmSync('__pycache__', { recursive: true });
fs.writeFileSync('__pycache__', 'no folder');
note(); note();
fs.rmSync('__pycache__');
process.env.PYTHONDONTWRITEBYTECODE = '1';
note();
found.push(fs.existsSync('__pycache__'));
console.log(JSON.stringify(found));
"""
PARTS = """
const fs = require('fs'), { definitions } = require({files});
fs.writeFileSync('definitions', 'eins, zwei, dr\\u00e4i');
const read = definitions('definitions');
const parts = [[6, 10], [12, 17], [0, 4]];
console.log(JSON.stringify(parts.map(([start, end]) => read.toString('utf-8', start, end))));
"""


@pytest.fixture
def run(modules: NodeModules) -> Any:
    """`run(script, **names)`: what a script says in JSON; each {name} in it is the JSON of a value."""

    def run(script: str, **names: Any) -> Any:
        paths = {"program": str(PACKAGE / "kernel_program.cjs"), "files": str(PACKAGE / "package_files.cjs")}
        for name, value in {**paths, **names}.items():
            script = script.replace(f"{{{name}}}", json.dumps(value))
        return modules.run(script)

    return run


def test_the_kernel_is_changed_in_all_places_but_those_switched_off(run: Any) -> None:
    parts = {
        "pipelining": [ANSWERS, LOOP],
        "package_files": [DIGEST, DEFINITIONS],
        "stack_traces": [STACKS],
        "types": [PROPERTIES, REQUIRED, LACKING],
    }
    marks = [mark for part in parts.values() for mark in part]
    found = run(CHANGED.replace("{marks}", ", ".join(map(json.dumps, marks))), file=str(KERNEL))
    assert found.pop("other") == "a kernel"
    assert found.pop("all") == marks
    assert found == {part: [mark for mark in marks if mark not in its] for part, its in parts.items()}


TURNS = """
const { changed } = require({program});
const run = 'run(){const p=this.left.shift();p===undefined?this.end()'
  + ':this.processRequest(p,()=>{setImmediate(()=>this.run())})}';
const host = new Function(`return {${changed(run, {without})}}`)(), wait = setImmediate, seen = [];
let turns = 0;
globalThis.setImmediate = next => { turns++; wait(next); };
host.left = [...Array(40).keys()];
host.processRequest = (message, next) => { seen.push(message); next(); };
host.end = () => console.log(JSON.stringify({ seen, turns }));
host.run();
"""


@pytest.mark.parametrize(("without", "turns"), [([], 2), (["pipelining"], 40)])
def test_what_waits_has_its_turn_at_every_sixteenth_message(without: list[str], turns: int, run: Any) -> None:
    assert run(TURNS, without=without) == {"seen": [*range(40)], "turns": turns}


TYPES = """
const { propertiesOf, requiredOf, lackingOf } = require({types});
let computed = 0;
const vpc = {}, subnet = {}, find = value => () => (computed++, value);
const found = [
  propertiesOf(vpc, find('a')), propertiesOf(vpc, find('b')), propertiesOf(subnet, find('c')),
  requiredOf(vpc, find('d')), requiredOf(vpc, find('e')),
  lackingOf('Vpc', ['I'], find(['I'])) ?? null, lackingOf('Vpc', ['I'], find(undefined)) ?? null,
  lackingOf('Vpc', ['I'], find(['I'])) ?? null, lackingOf('Subnet', ['I'], find(['I'])) ?? null,
];
console.log(JSON.stringify([found, computed]));
"""


def test_what_is_known_of_a_type_is_found_once(run: Any) -> None:
    found, computed = run(TYPES, types=str(PACKAGE / "types.cjs"))
    assert found == ["a", "a", "c", "d", "d", ["I"], None, None, ["I"]]
    assert computed == 6


def test_the_digest_of_an_archive_is_computed_once_for_each_content(run: Any) -> None:
    (one, *_), again, (two, *_), two_again, damaged, no_folder, _, unwritten, is_written = run(DIGESTS)
    assert one != two
    assert again == [one, 1]
    assert two_again == [two, 2]
    assert damaged == [two, 3]
    assert no_folder == [two, 4]
    assert unwritten == [two, 6]
    assert not is_written


def test_definitions_are_read_in_parts(run: Any) -> None:
    assert run(PARTS) == ["zwei", "dräi", "eins"]
