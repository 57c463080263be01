"""Stripped code does and refuses what it did."""

from __future__ import annotations
import __future__

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from cdktf_fast_synthesis.stripping import VERSION, strip

# As jsii generates it; `check_type` and `typing.get_type_hints` are the test's.
SOURCE = '''
from importlib.metadata import version as _metadata_package_version
MAJOR = int(_metadata_package_version('typeguard').split('.')[0])

class Vpc:
    """A network."""
    def __init__(self, scope, *, cidr, name=None, tags=None, anything=None):
        """Create it."""
        if __debug__:
            type_hints = typing.get_type_hints(_typecheckingstub__1)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument cidr", value=cidr, expected_type=type_hints["cidr"])
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
            check_type(argname="argument tags", value=tags, expected_type=type_hints["tags"])
            check_type(argname="argument anything", value=anything, expected_type=type_hints["anything"])
        self.values = [scope, cidr, name, tags, anything]

    def other(self, value=None):
        if __debug__:
            type_hints = typing.get_type_hints(_typecheckingstub__unknown)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return value

def _typecheckingstub__1(
    scope: builtins.object,
    *,
    cidr: builtins.str,
    name: typing.Optional[builtins.str] = None,
    tags: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
    anything: typing.Any = None,
) -> None:
    """Type checking stubs"""
    pass
'''


@pytest.fixture
def checked() -> list[tuple[str, object]]:
    return []


@pytest.fixture
def namespace(checked: list[tuple[str, object]]) -> dict[str, Any]:
    class Hints(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return f"hint of {name}"

    def check_type(argname: str, value: object, expected_type: str) -> None:
        assert expected_type == argname.replace("argument", "hint of")
        checked.append((argname, value))

    typing = SimpleNamespace(get_type_hints=lambda _: Hints())
    space: dict[str, Any] = {"typing": typing, "check_type": check_type, VERSION: lambda name: f"4.{name}"}
    flags = __future__.annotations.compiler_flag
    code = compile(strip(ast.parse(SOURCE)), "generated.py", "exec", flags=flags, dont_inherit=True)
    exec(code, space)  # noqa: S102  the code is what is tested
    return space


def test_what_is_required_or_given_is_checked(
    namespace: dict[str, Any], checked: list[tuple[str, object]]
) -> None:
    vpc = namespace["Vpc"](None, cidr=None, tags={})
    assert checked == [
        ("argument scope", None),
        ("argument cidr", None),
        ("argument tags", {}),
        ("argument anything", None),
    ]
    assert vpc.values == [None, None, None, {}, None]


def test_what_follows_no_known_stub_is_checked(
    namespace: dict[str, Any], checked: list[tuple[str, object]]
) -> None:
    namespace["_typecheckingstub__unknown"] = None
    assert namespace["Vpc"]("scope", cidr="10.0.0.0/16").other() is None
    assert checked[-1] == ("argument value", None)


def test_the_version_that_is_handed_in_is_taken(namespace: dict[str, Any]) -> None:
    assert namespace["MAJOR"] == 4


def test_lines_are_those_of_the_source(namespace: dict[str, Any]) -> None:
    code = namespace["Vpc"].other.__code__
    assert code.co_firstlineno == SOURCE.splitlines().index("    def other(self, value=None):") + 1


def test_docstrings_are_left_out(namespace: dict[str, Any]) -> None:
    assert [each.__doc__ for each in (namespace["Vpc"], namespace["Vpc"].__init__)] == [None, None]


def test_of_the_imports_only_those_that_are_provided_go() -> None:
    imports = """
from importlib.metadata import version as _metadata_package_version
from importlib.metadata import version
from pkgutil import extend_path
from pkgutil import extend_path, get_data
from other import extend_path
from . import vpc
"""
    left = ast.unparse(strip(ast.parse(imports))).splitlines()
    assert left == [
        "from importlib.metadata import version",
        "from pkgutil import extend_path, get_data",
        "from other import extend_path",
        "from . import vpc",
    ]
