"""What the hook changes in files of cdktf and constructs, on packages made for the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import NodeModules

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


def test_a_stack_trace_is_written_when_it_is_read_and_says_the_same(modules: NodeModules) -> None:
    modules.write("cdktf/lib/tokens/private/stack-trace.js", STACK_TRACE)
    modules.write("other/lib/stack-trace.js", STACK_TRACE)
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
    found = modules.run(script)
    assert (found["before"], found["written"]) == (1, 2)
    assert found["first"][0].startswith("token (")
    for each in ("first", "length", "json", "isArray", "keys"):
        assert found[each][0] == found[each][1], each
    assert found["length"][0] == found["keys"][0] > 5


OF_CREATIONS = """
exports.captureCreationStack = captureCreationStack;
function captureCreationStack() {
    const flag = process.env.CDKTN_DISABLE_CREATION_STACK;
    if (flag === "true" || flag === "1") {
        return [];
    }
    return captureStackTrace(captureCreationStack);
}
"""


def test_a_stack_trace_of_cdktn_is_written_when_it_is_read_and_says_the_same(modules: NodeModules) -> None:
    modules.write("cdktn/lib/tokens/private/stack-trace.js", STACK_TRACE + OF_CREATIONS)
    modules.write("other/lib/stack-trace.js", STACK_TRACE + OF_CREATIONS)
    script = """
        let written = 0;
        Error.prepareStackTrace = (error, calls) => {
            written++;
            return [error, ...calls].join("\\n    at ");
        };
        const token = ({ captureCreationStack }) => captureCreationStack();
        const files = ['cdktn/lib/tokens/private/stack-trace.js', 'other/lib/stack-trace.js'];
        const [ours, stock] = files.map(file => require(file)).map(token);
        const before = written, first = [ours[0], stock[0]], length = [ours.length, stock.length];
        process.env.CDKTN_DISABLE_CREATION_STACK = '1';
        console.log(JSON.stringify({ before, first, length, off: token(require(files[0])) }));
    """
    found = modules.run(script)
    assert found["before"] == 1
    assert found["first"][0].startswith("token (")
    assert found["first"][0] == found["first"][1]
    assert found["length"][0] == found["length"][1] > 5
    assert found["off"] == []


def test_another_way_of_tracing_is_left_as_it_is(modules: NodeModules) -> None:
    other = 'exports.captureStackTrace = () => ["no traces here"];'
    modules.write("cdktf/lib/tokens/private/stack-trace.js", other)
    script = (
        "console.log(JSON.stringify(require('cdktf/lib/tokens/private/stack-trace.js').captureStackTrace()))"
    )
    assert modules.run(script) == ["no traces here"]


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


def test_an_attribute_is_read_when_a_text_is_split(modules: NodeModules) -> None:
    modules.write("cdktf/lib/tokens/private/encoding.js", ENCODING)
    modules.write("constructs/lib/construct.js", CONSTRUCT)
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
    assert modules.run(script) == {
        "first": ["the token", "no ATTRIBUTE.7.name.1", "no ATTRIBUTE.8.arn.2"],
        "second": ["the token"],
        "last": "later",
    }


def test_other_tokens_and_constructs_are_left_as_they_are(modules: NodeModules) -> None:
    encoding, construct = "cdktf/lib/tokens/private/encoding.js", "constructs/lib/construct.js"
    modules.write(encoding, "exports.TokenString = class { split(lookup, depth) { return depth; } };")
    modules.write(construct, "exports.Node = class { addChild(child) { return child; } };")
    script = f"""
        const {{ TokenString }} = require('{encoding}'), {{ Node }} = require('{construct}');
        console.log(JSON.stringify([new TokenString().split(0, 1), new Node().addChild(2)]));
    """
    assert modules.run(script) == [1, 2]
