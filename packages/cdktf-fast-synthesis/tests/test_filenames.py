"""What a file of a package requires is found where Node finds it, with fewer questions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import NodeModules

PROVIDER, CDKTF, OTHER = "@cdktf/provider-fake", "cdktf", "other"
FILES = (
    f"{PROVIDER}/lib/index.js",
    f"{PROVIDER}/lib/vpc/index.js",
    f"{PROVIDER}/lib/subnet.js",
    f"{PROVIDER}/lib/subnet/index.js",
    f"{PROVIDER}/node_modules/own/index.js",
    f"{CDKTF}/lib/index.js",
    f"{CDKTF}/lib/token.js",
    f"{CDKTF}/lib/token/index.js",
    f"{CDKTF}/lib/backends/index.js",
    f"{CDKTF}/lib/backends/s3.js",
    f"{CDKTF}/lib/data.json",
    f"{OTHER}/lib/index.js",
    f"{OTHER}/lib/node_modules/own/index.js",
    f"{OTHER}/lib/deep/index.js",
    "own/index.js",
)
# What stands in a file, and what it requires.
REQUIRED = (
    (f"{PROVIDER}/lib/index.js", ("./vpc", "./subnet", "./missing", "own", "cdktf", "cdktf/lib/token", ".")),
    (f"{PROVIDER}/lib/vpc/index.js", ("own", "cdktf", "..", "../subnet", "../subnet/", "fs", "./index.js")),
    (f"{CDKTF}/lib/index.js", ("./token", "./token/", "./backends", "./data", "./data.json", "own", "none")),
    (f"{CDKTF}/lib/backends/s3.js", ("../token", "./s3", "own", "..", "../..", "none", "node:fs")),
    (f"{OTHER}/lib/index.js", ("./deep", "own", "cdktf", "./missing")),
)
SCRIPT = """
const Module = require('node:module'), path = require('node:path'), fs = require('node:fs');
const folder = path.join(process.cwd(), 'node_modules');
const found = [], asked = [], findPath = Module._findPath;
Module._findPath = (request, ...others) => { asked.push(request); return findPath(request, ...others); };
for (const [file, requests] of REQUIRED) {
  const parent = new Module(path.join(folder, file));
  parent.filename = path.join(folder, file);
  parent.paths = Module._nodeModulePaths(path.dirname(parent.filename));
  for (const request of requests) {
    try {
      found.push([file, request, path.relative(folder, Module._resolveFilename(request, parent, false))]);
    } catch (error) {
      found.push([file, request, error.code]);
    }
  }
}
console.log(JSON.stringify([found, asked]));
"""
Find = Callable[..., tuple[list[list[str]], list[str]]]


@pytest.fixture
def find(modules: NodeModules) -> Find:
    """`find(required, **environment)`: what each file's requests give, and those that Node looks for."""
    version = modules.run("console.log(process.versions.node.split('.')[0])")
    for file in FILES:
        modules.write(file, "{}" if file.endswith(".json") else "")
    modules.write(f"{CDKTF}/package.json", '{"main": "lib/index.js"}')

    def find(required: Any, **environment: str) -> tuple[list[list[str]], list[str]]:
        script = SCRIPT.replace("REQUIRED", json.dumps(required))
        found, asked = modules.run(script, **{"FAST_SYNTHESIS_NODE": str(version), **environment})
        return found, asked

    return find


def test_each_is_found_where_node_finds_it(find: Find) -> None:
    stock, _ = find(REQUIRED, FAST_SYNTHESIS_WITHOUT="node_files")
    assert [f"{PROVIDER}/lib/index.js", "./vpc", f"{PROVIDER}/lib/vpc/index.js"] in stock
    assert [f"{CDKTF}/lib/index.js", "./token", f"{CDKTF}/lib/token.js"] in stock
    assert [f"{CDKTF}/lib/index.js", "none", "MODULE_NOT_FOUND"] in stock
    assert find(REQUIRED)[0] == stock


def test_node_looks_for_a_dependency_of_a_package_once(find: Find) -> None:
    files = [f"{PROVIDER}/lib/{name}/index.js" for name in ("vpc", "subnet")]
    required = [(file, ["own", "cdktf"]) for file in files]
    assert find(required)[1] == ["own", "cdktf"]
    assert find(required, FAST_SYNTHESIS_WITHOUT="node_files")[1] == ["own", "cdktf"] * 2
    assert find(required, FAST_SYNTHESIS_NODE="")[1] == ["own", "cdktf"] * 2


def test_node_does_not_look_for_files_that_typescript_wrote(find: Find) -> None:
    required = [(f"{PROVIDER}/lib/index.js", ["./vpc"]), (f"{CDKTF}/lib/index.js", ["./token", "./backends"])]
    # A folder is stock outside of a provider's index.
    assert [each.rpartition("/")[2] for each in find(required)[1]] == ["backends"]
