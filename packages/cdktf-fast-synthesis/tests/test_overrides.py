"""What objects override in Python is found as jsii finds it. None is made: the kernel might call back."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from constructs import Construct

from cdktf_fast_synthesis.overrides import none_of_generated_classes

kernel: Any = import_module("jsii._kernel")


def overridden(kind: type[Construct]) -> list[str]:
    return [each.method for each in kernel._get_overides(Construct, kind.__new__(kind))]


class Plain(Construct):
    """One without members."""


def test_a_class_of_the_programs_own_may_override() -> None:
    class Named(Construct):
        def to_string(self) -> str:
            return "named"

    assert overridden(Named) == overridden(Named) == ["toString"]
    assert overridden(Construct) == []


def test_what_is_overridden_later_is_found() -> None:
    class Later(Plain):
        """One without members yet."""

    assert overridden(Later) == overridden(Later) == []
    Later.to_string = lambda _: "named"  # type: ignore[method-assign, assignment]
    assert overridden(Later) == ["toString"]


def test_a_class_that_overrides_nothing_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[type] = []

    def stock(klass: Any, obj: Any) -> list[Any]:
        assert klass is Construct
        asked.append(type(obj))
        return []

    stock.__module__ = "jsii._kernel"
    monkeypatch.setattr(kernel, "_get_overides", stock)
    none_of_generated_classes()

    class Other(Plain):
        """Another one."""

    for kind in (Plain, Plain, Other, Construct):
        assert overridden(kind) == []
    assert asked == [Plain, Other]
