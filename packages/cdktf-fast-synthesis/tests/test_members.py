"""Shared members do what a class's own did; what is written otherwise stays."""

from __future__ import annotations

import ast
import builtins
import typing
from typing import Any

import jsii
import pytest

from cdktf_fast_synthesis import members
from cdktf_fast_synthesis.stripping import strip

# As jsii generates it.
SOURCE = '''
class Rule:
    def __init__(self, **values):
        self._values = values

    @builtins.property
    def port(self) -> typing.Optional[jsii.Number]:
        """A port."""
        result = self._values.get("port")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def cidr(self) -> builtins.str:
        result = self._values.get("cidr")
        assert result is not None, "Required property 'cidr' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def renamed(self) -> builtins.str:
        result = self._values.get("cidr")
        return typing.cast(builtins.str, result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "Rule(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )

class Vpc:
    @jsii.member(jsii_name="resetTags")
    def reset_tags(self) -> None:
        return typing.cast(None, jsii.invoke(self, "resetTags", []))

    @builtins.property
    @jsii.member(jsii_name="cidrBlock")
    def cidr_block(self) -> builtins.str:
        return typing.cast(builtins.str, jsii.get(self, "cidrBlock"))

    @cidr_block.setter
    def cidr_block(self, value: builtins.str) -> None:
        jsii.set(self, "cidrBlock", value)

    @builtins.property
    @jsii.member(jsii_name="rule")
    def rule(self) -> "Rule":
        return typing.cast("Rule", jsii.get(self, "rule"))
'''


def _run(*, stripped: bool) -> dict[str, Any]:
    tree = ast.parse(SOURCE)
    namespace: dict[str, Any] = {"builtins": builtins, "typing": typing, "jsii": jsii, **members.SHARED}
    exec(compile(strip(tree) if stripped else tree, "<generated>", "exec"), namespace)  # noqa: S102
    return namespace


@pytest.mark.parametrize("stripped", [False, True])
def test_a_struct_is_what_it_was(*, stripped: bool) -> None:
    rule_class = _run(stripped=stripped)["Rule"]
    rule = rule_class(port=1, cidr="10.0.0.0/16")
    assert (rule.port, rule.cidr, rule.renamed) == (1, "10.0.0.0/16", "10.0.0.0/16")
    assert rule_class().port is None
    assert repr(rule) == "Rule(port=1, cidr='10.0.0.0/16')"
    assert rule == rule_class(port=1, cidr="10.0.0.0/16")
    assert rule != rule_class(port=2, cidr="10.0.0.0/16")
    with pytest.raises(AssertionError, match="Required property 'cidr' is missing"):
        _ = rule_class().cidr
    with pytest.raises(AttributeError, match="'port' of 'Rule' object has no setter"):
        rule.port = 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(rule)


@pytest.mark.parametrize("stripped", [False, True])
def test_a_resource_asks_the_kernel_for_the_same(*, stripped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jsii, "get", lambda _, name: asked.append(("get", name)))
    monkeypatch.setattr(jsii, "set", lambda _, name, value: asked.append(("set", name, value)))
    monkeypatch.setattr(jsii, "invoke", lambda _, name, args: asked.append(("invoke", name, args)))
    vpc_class = _run(stripped=stripped)["Vpc"]
    vpc = vpc_class()
    _ = vpc.cidr_block
    vpc.cidr_block = "10.0.0.0/16"
    vpc.reset_tags()
    assert asked == [("get", "cidrBlock"), ("set", "cidrBlock", "10.0.0.0/16"), ("invoke", "resetTags", [])]
    names = [vpc_class.cidr_block.fget.__jsii_name__, vpc_class.reset_tags.__jsii_name__]
    assert names == ["cidrBlock", "resetTags"]


def test_only_what_says_exactly_the_same_is_shared() -> None:
    first, second = _run(stripped=True), _run(stripped=True)
    assert first["Rule"].port is second["Rule"].port
    assert first["Vpc"].reset_tags is second["Vpc"].reset_tags
    assert first["Rule"].renamed is not second["Rule"].renamed
    # Its type is a class of its own module.
    assert first["Vpc"].rule is not second["Vpc"].rule
