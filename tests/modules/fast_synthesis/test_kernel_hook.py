"""What is preloaded into Node, on packages made for the test."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from modules.fast_synthesis.node import HOOK

HEADER = """"use strict";
/**
 * Copyright
 */
Object.defineProperty(exports, "__esModule", { value: true });
exports.vpc = exports.sqsQueue = void 0;
"""
EXPORTS = 'exports.vpc = require("./vpc");\nexports.sqsQueue = require("./sqs-queue");\n'
SOURCE_MAP = "//# sourceMappingURL=data:application/json;base64,e30="


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A `node_modules` in a folder with a space in its name."""
    found = tmp_path / "a project" / "node_modules"
    found.mkdir(parents=True)
    return found


def write_provider(modules: Path, index: str, scope: str = "@cdktf") -> None:
    for name in ("vpc", "sqs-queue"):
        write(modules / scope / "provider-fake" / "lib" / name / "index.js", f"exports.name = '{name}';")
    write(modules / scope / "provider-fake" / "lib" / "index.js", index)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(modules: Path, script: str, **environment: str) -> Any:
    """What a script says in JSON, run by Node beside `node_modules`; files loaded are `loaded()`."""
    (modules.parent / "script.js").write_text(
        "const loaded = () => Object.keys(require.cache).filter(name => name.includes('node_modules'))"
        f".map(name => name.split('lib/')[1]);\n{script}"
    )
    ran = subprocess.run(
        [os.environ.get("JSII_NODE", "node"), "--require", HOOK, "script.js"],
        cwd=modules.parent,
        env={**os.environ, "NODE_OPTIONS": "", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    return json.loads(ran.stdout)


@pytest.mark.parametrize("scope", ["@cdktf", "@cdktn"])
def test_a_file_of_a_provider_is_required_when_it_is_first_read(modules: Path, scope: str) -> None:
    write_provider(modules, HEADER + EXPORTS + SOURCE_MAP, scope)
    script = f"""
        const fake = require('{scope}/provider-fake/lib/index.js');
        const before = loaded(), name = fake.vpc.name, same = fake.vpc === fake.vpc;
        const keys = Object.keys(fake).sort();
        console.log(JSON.stringify({{ before, after: loaded(), name, same, keys }}));
    """
    assert run(modules, script) == {
        "before": ["index.js"],
        "after": ["index.js", "vpc/index.js"],
        "name": "vpc",
        "same": True,
        "keys": ["sqsQueue", "vpc"],
    }


@pytest.mark.parametrize(
    "index",
    [
        HEADER + EXPORTS + "register();\nfunction register() {}\n",
        HEADER + EXPORTS + "exports.version = 1;\n",
        HEADER + EXPORTS.replace('"./vpc"', '"./vpc" + ""'),
        "const star = it => it;\n" + HEADER + EXPORTS.replace('require("./vpc")', 'star(require("./vpc"))'),
    ],
    ids=["a-call", "a-constant", "an-expression", "a-helper"],
)
def test_an_index_of_another_layout_is_loaded_as_it_is(modules: Path, index: str) -> None:
    write_provider(modules, index)
    script = "require('@cdktf/provider-fake/lib/index.js'); console.log(JSON.stringify(loaded().sort()));"
    assert run(modules, script) == ["index.js", "sqs-queue/index.js", "vpc/index.js"]


def test_what_looks_alike_elsewhere_is_loaded_as_it_is(modules: Path) -> None:
    write(modules / "other" / "lib" / "index.js", 'exports.part = require("./part");\n')
    write(modules / "other" / "lib" / "part" / "index.js", "")
    script = "require('other/lib/index.js'); console.log(JSON.stringify(loaded().sort()));"
    assert run(modules, script) == ["index.js", "part/index.js"]


def test_the_archiver_is_loaded_when_it_is_called(modules: Path) -> None:
    write(modules / "archiver" / "lib" / "index.js", "module.exports = (kind) => kind; exports = 1;")
    write(modules / "archiver" / "package.json", '{"main": "lib/index.js"}')
    write(modules / "cdktf" / "lib" / "private" / "fs.js", "exports.zip = require('archiver');")
    script = """
        const { zip } = require('cdktf/lib/private/fs.js');
        const before = loaded();
        console.log(JSON.stringify({ before, zipped: zip('zip'), length: zip.length, after: loaded() }));
    """
    assert run(modules, script) == {
        "before": ["private/fs.js"],
        "zipped": "zip",
        "length": 1,
        "after": ["private/fs.js", "index.js"],
    }


STACK_TRACE = r"""
exports.captureStackTrace = captureStackTrace;
function captureStackTrace(below) {
    below = below || captureStackTrace;
    const object = { stack: "" };
    Error.stackTraceLimit = Number.MAX_SAFE_INTEGER;
    Error.captureStackTrace(object, below);
    return object.stack.split("\n").slice(1).map((s) => s.replace(/^\s*at\s+/, ""));
}
"""


def test_a_stack_trace_is_written_when_it_is_read_and_says_the_same(modules: Path) -> None:
    write(modules / "cdktf/lib/tokens/private/stack-trace.js", STACK_TRACE)
    write(modules / "other/lib/stack-trace.js", STACK_TRACE)
    script = """
        let written = 0;
        Error.prepareStackTrace = (error, calls) => {
            written++;
            return [error, ...calls].join("\\n    at ");
        };
        const token = ({ captureStackTrace }) => captureStackTrace();
        const files = ['cdktf/lib/tokens/private/stack-trace.js', 'other/lib/stack-trace.js'];
        const stacks = files.map(file => require(file)).map(token);
        const before = written;
        const first = stacks.map(stack => stack[0]), length = stacks.map(stack => stack.length);
        const json = stacks.map(stack => JSON.stringify(stack) === JSON.stringify([...stack]));
        const isArray = stacks.map(Array.isArray), keys = stacks.map(stack => Object.keys(stack).length);
        console.log(JSON.stringify({ before, written, first, length, json, isArray, keys }));
    """
    found = run(modules, script)
    assert (found["before"], found["written"]) == (1, 2)
    assert found["first"][0].startswith("token (")
    for each in ("first", "length", "json", "isArray", "keys"):
        assert found[each][0] == found[each][1], each
    assert found["length"][0] == found["keys"][0] > 5


def test_another_way_of_tracing_is_left_as_it_is(modules: Path) -> None:
    other = 'exports.captureStackTrace = () => ["no traces here"];'
    write(modules / "cdktf/lib/tokens/private/stack-trace.js", other)
    script = (
        "console.log(JSON.stringify(require('cdktf/lib/tokens/private/stack-trace.js').captureStackTrace()))"
    )
    assert run(modules, script) == ["no traces here"]


ENCODING = """
const map = global.__cdktfTokenMap = { stringTokenMap: new Map([['TOKEN.1', 'the token']]) };
exports.TokenString = class {
    constructor(str) { this.str = str; }
    split(lookup) { return [...this.str.matchAll(/TfToken.([\\w.]+)/g)].map(([, key]) => lookup(key)); }
};
"""
CONSTRUCT = """
exports.Node = class {
    addChild(child, name) { this.last = name; }
};
"""


def test_an_attribute_is_read_when_a_text_is_split(modules: Path) -> None:
    write(modules / "cdktf/lib/tokens/private/encoding.js", ENCODING)
    write(modules / "constructs/lib/construct.js", CONSTRUCT)
    script = """
        const { TokenString } = require('cdktf/lib/tokens/private/encoding.js');
        const { Node } = require('constructs/lib/construct.js');
        const { stringTokenMap } = global.__cdktfTokenMap, node = new Node();
        const split = str => new TokenString(str).split(key => stringTokenMap.get(key) ?? `no ${key}`);
        const tag = Symbol.for('$__jsii__objid__$');
        const arn = '${TfToken[TOKEN.1]}', later = { arn };
        const tagged = { [tag]: 'fake.Vpc@7', arn, name: 'plain' };
        node.addChild(tagged, 'tagged');
        node.addChild(later, 'later');
        const token = name => '${TfToken[ATTRIBUTE.' + name + ']}';
        const first = split(token('7.arn.0') + token('7.name.1') + token('8.arn.2'));
        later[tag] = 'fake.Vpc@8';
        console.log(JSON.stringify({ first, second: split(token('8.arn.3')), last: node.last }));
    """
    assert run(modules, script) == {
        "first": ["the token", "no ATTRIBUTE.7.name.1", "no ATTRIBUTE.8.arn.2"],
        "second": ["the token"],
        "last": "later",
    }


def test_other_tokens_and_constructs_are_left_as_they_are(modules: Path) -> None:
    encoding, construct = "cdktf/lib/tokens/private/encoding.js", "constructs/lib/construct.js"
    write(modules / encoding, "exports.TokenString = class { split(lookup, depth) { return depth; } };")
    write(modules / construct, "exports.Node = class { addChild(child) { return child; } };")
    script = f"""
        const {{ TokenString }} = require('{encoding}'), {{ Node }} = require('{construct}');
        console.log(JSON.stringify([new TokenString().split(0, 1), new Node().addChild(2)]));
    """
    assert run(modules, script) == [1, 2]


@pytest.mark.parametrize(
    "path", ["cdktf/lib/app.js", "constructs/lib/node.js", "@cdktf/provider-fake/lib/vpc.js"]
)
def test_a_generated_file_is_compiled_without_its_source_map(modules: Path, path: str) -> None:
    code = "exports.name = () => 1;"
    write(modules / path, f"{code}\n{SOURCE_MAP}")
    script = f"""
        const {{ prototype }} = require('node:module'), compile = prototype._compile, sources = [];
        prototype._compile = function (source, file) {{
            sources.push(source);
            return compile.call(this, source, file);
        }};
        console.log(JSON.stringify([require('{path}').name(), sources]));
    """
    assert run(modules, script) == [1, [code]]
    assert run(modules, script, NODE_OPTIONS="--enable-source-maps") == [1, [f"{code}\n{SOURCE_MAP}"]]


@pytest.mark.parametrize("end", ["\nexports.more = 2;", "\n"])
def test_what_follows_a_source_map_is_compiled(modules: Path, end: str) -> None:
    write(modules / "cdktf/lib/app.js", f"exports.name = 1;\n{SOURCE_MAP}{end}")
    script = "console.log(JSON.stringify(require('cdktf/lib/app.js')))"
    assert run(modules, script) == ({"name": 1, "more": 2} if end.strip() else {"name": 1})


def test_node_warns_of_nothing_that_cdktf_asks(modules: Path) -> None:
    assert run(modules, "console.log(require('util').isArray([]) && !require('util').isArray({}));") is True


def test_a_kernel_started_directly_ends_on_a_node_that_jsii_may_warn_about(modules: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run(modules, "console.log(1)", FAST_SYNTHESIS_NODE="1,2")


def test_only_in_the_kernel_a_type_is_written_as_json(modules: Path) -> None:
    script = """
        const { inspect } = require('util'), type = { type: { primitive: 'string' } };
        const others = [[{ a: 1 }], [{ type: 'x' }], [type, { compact: false }], [null], ['x']];
        const found = [inspect(type), others.map(each => inspect(...each)), inspect.custom.description];
        console.log(JSON.stringify(found));
    """
    stock, custom = run(modules, script), "nodejs.util.inspect.custom"
    version = run(modules, "console.log(process.versions.node.split('.')[0])")
    assert stock[0] == "{ type: { primitive: 'string' } }"
    kernel = run(modules, script, FAST_SYNTHESIS_NODE=str(version))
    assert kernel == ['{"type":{"primitive":"string"}}', stock[1], custom]


def test_a_program_that_the_kernel_starts_is_free_to_use_another_node(modules: Path) -> None:
    version = run(modules, "console.log(process.versions.node.split('.')[0])")
    seen = run(modules, "console.log('FAST_SYNTHESIS_NODE' in process.env)", FAST_SYNTHESIS_NODE=str(version))
    assert seen is False
