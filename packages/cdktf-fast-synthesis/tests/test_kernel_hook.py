"""What is preloaded into Node, on packages made for the test."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import NodeModules

SOURCE_MAP = "//# sourceMappingURL=data:application/json;base64,e30="
HEADER = """"use strict";
/**
 * Copyright
 */
Object.defineProperty(exports, "__esModule", { value: true });
exports.vpc = exports.sqsQueue = void 0;
"""
EXPORTS = 'exports.vpc = require("./vpc");\nexports.sqsQueue = require("./sqs-queue");\n'
# What TypeScript writes into an index of cdktn.
HELPERS = Path(__file__).with_name("import_star.js").read_text()
STARRED = re.sub(r"(require\(.+\))", r"__importStar(\1)", EXPORTS)


def write_provider(modules: NodeModules, index: str, scope: str = "@cdktf") -> None:
    for name in ("vpc", "sqs-queue"):
        modules.write(f"{scope}/provider-fake/lib/{name}/index.js", f"exports.name = '{name}';")
    modules.write(f"{scope}/provider-fake/lib/index.js", index)


@pytest.mark.parametrize(
    ("scope", "index"), [("@cdktf", HEADER + EXPORTS), ("@cdktn", HELPERS + HEADER + STARRED)]
)
def test_a_file_of_a_provider_is_required_when_it_is_first_read(
    modules: NodeModules, scope: str, index: str
) -> None:
    write_provider(modules, index + SOURCE_MAP, scope)
    script = f"""
        const fake = require('{scope}/provider-fake/lib/index.js');
        const before = loaded(), name = fake.vpc.name, same = fake.vpc === fake.vpc;
        const keys = Object.keys(fake).sort();
        console.log(JSON.stringify({{ before, after: loaded(), name, same, keys }}));
    """
    assert modules.run(script) == {
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
        "const __importStar = it => it;\n" + HEADER + STARRED,
        HELPERS.replace('"default"', '"other"') + HEADER + STARRED,
    ],
    ids=["a-call", "a-constant", "an-expression", "a-helper", "another-import-star", "other-helpers"],
)
def test_an_index_of_another_layout_is_loaded_as_it_is(modules: NodeModules, index: str) -> None:
    write_provider(modules, index)
    script = "require('@cdktf/provider-fake/lib/index.js'); console.log(JSON.stringify(loaded().sort()));"
    assert modules.run(script) == ["index.js", "sqs-queue/index.js", "vpc/index.js"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("exports.name = 'vpc';", {"default": {"name": "vpc"}, "name": "vpc"}),
        ("exports.__esModule = true; exports.name = 'vpc';", {"__esModule": True, "name": "vpc"}),
    ],
    ids=["a-common-module", "of-typescript"],
)
@pytest.mark.parametrize("lazily", [True, False])
def test_a_file_that_is_imported_gives_what_typescript_says(
    modules: NodeModules, text: str, read: dict[str, object], *, lazily: bool
) -> None:
    write_provider(modules, HELPERS + HEADER + STARRED, "@cdktn")
    modules.write("@cdktn/provider-fake/lib/vpc/index.js", text)
    script = "console.log(JSON.stringify(require('@cdktn/provider-fake/lib/index.js').vpc));"
    assert modules.run(script, FAST_SYNTHESIS_WITHOUT="" if lazily else "node_files") == read


def test_what_looks_alike_elsewhere_is_loaded_as_it_is(modules: NodeModules) -> None:
    modules.write("other/lib/index.js", 'exports.part = require("./part");\n')
    modules.write("other/lib/part/index.js", "")
    script = "require('other/lib/index.js'); console.log(JSON.stringify(loaded().sort()));"
    assert modules.run(script) == ["index.js", "part/index.js"]


@pytest.mark.parametrize(
    ("package", "requiring"),
    [("archiver", "private/fs.js"), ("semver", "validations/validate-binary-version.js")],
)
def test_what_is_rarely_called_is_loaded_then(package: str, requiring: str, modules: NodeModules) -> None:
    modules.write(f"{package}/lib/index.js", "module.exports = (kind) => kind; exports = 1;")
    modules.write(f"{package}/package.json", '{"main": "lib/index.js"}')
    modules.write(f"cdktf/lib/{requiring}", f"exports.it = require('{package}');")
    script = f"""
        const {{ it }} = require('cdktf/lib/{requiring}');
        const before = loaded();
        console.log(JSON.stringify({{ before, called: it('zip'), length: it.length, after: loaded() }}));
    """
    assert modules.run(script) == {
        "before": [requiring],
        "called": "zip",
        "length": 1,
        "after": [requiring, "index.js"],
    }


@pytest.mark.parametrize(
    ("builtin", "requiring", "name"),
    [
        ("child_process", "cdktf/lib/private/fs.js", "execSync"),
        ("worker_threads", "jsii/lib__program.js", "Worker"),
    ],
)
def test_what_few_need_of_node_is_loaded_when_it_is_read(
    builtin: str, requiring: str, name: str, modules: NodeModules
) -> None:
    modules.write(requiring, f"exports.it = require('{builtin}');")
    script = f"""
        const isLoaded = () => process.moduleLoadList.includes('NativeModule {builtin}');
        const {{ it }} = require('{requiring}'), before = isLoaded();
        console.log(JSON.stringify([before, it.{name} === require('{builtin}').{name}, isLoaded()]));
    """
    assert modules.run(script) == [False, True, True]
    assert modules.run(script, FAST_SYNTHESIS_WITHOUT="node_files")[0] is True


@pytest.mark.parametrize(
    "path", ["cdktf/lib/manifest.js", "constructs/lib/node.js", "@cdktf/provider-fake/lib/vpc.js"]
)
def test_a_generated_file_is_compiled_without_its_source_map(modules: NodeModules, path: str) -> None:
    code = "exports.name = () => 1;"
    modules.write(path, f"{code}\n{SOURCE_MAP}")
    script = f"""
        const {{ prototype }} = require('node:module'), compile = prototype._compile, sources = [];
        prototype._compile = function (source, file) {{
            sources.push(source);
            return compile.call(this, source, file);
        }};
        console.log(JSON.stringify([require('{path}').name(), sources]));
    """
    assert modules.run(script) == [1, [code]]
    assert modules.run(script, NODE_OPTIONS="--enable-source-maps") == [1, [f"{code}\n{SOURCE_MAP}"]]


@pytest.mark.parametrize("end", ["\nexports.more = 2;", "\n"])
def test_what_follows_a_source_map_is_compiled(modules: NodeModules, end: str) -> None:
    modules.write("cdktf/lib/manifest.js", f"exports.name = 1;\n{SOURCE_MAP}{end}")
    script = "console.log(JSON.stringify(require('cdktf/lib/manifest.js')))"
    assert modules.run(script) == ({"name": 1, "more": 2} if end.strip() else {"name": 1})


@pytest.fixture
def version(modules: NodeModules) -> str:
    return str(modules.run("console.log(process.versions.node.split('.')[0])"))


def test_node_warns_of_nothing_that_cdktf_asks(modules: NodeModules) -> None:
    assert modules.run("console.log(require('util').isArray([]) && !require('util').isArray({}));") is True


def test_a_kernel_started_directly_ends_on_a_node_that_jsii_may_warn_about(modules: NodeModules) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        modules.run("console.log(1)", FAST_SYNTHESIS_NODE="1,2")


def test_only_in_the_kernel_a_type_is_written_as_json(modules: NodeModules, version: str) -> None:
    script = """
        const { inspect } = require('util'), type = { type: { primitive: 'string' } };
        const others = [[{ a: 1 }], [{ type: 'x' }], [type, { compact: false }], [null], ['x']];
        const found = [inspect(type), others.map(each => inspect(...each)), inspect.custom.description];
        console.log(JSON.stringify(found));
    """
    stock, custom = modules.run(script), "nodejs.util.inspect.custom"
    assert stock[0] == "{ type: { primitive: 'string' } }"
    kernel = modules.run(script, FAST_SYNTHESIS_NODE=version)
    assert kernel == ['{"type":{"primitive":"string"}}', stock[1], custom]


def test_a_program_that_the_kernel_starts_is_free_to_use_another_node(
    modules: NodeModules, version: str
) -> None:
    seen = modules.run("console.log('FAST_SYNTHESIS_NODE' in process.env)", FAST_SYNTHESIS_NODE=version)
    assert seen is False
