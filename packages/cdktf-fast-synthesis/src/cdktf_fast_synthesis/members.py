"""Members that generated classes have alike, each made once for all of them.

Half of a generated module's code are getters of structs, which differ in the field's name alone, getters of
attributes and `reset_…` methods, which differ in jsii's name, and `__eq__`, `__ne__`, `__repr__` of structs.
stripping.py writes `tags = _optional_field["tags"]` in their place; bindings.py gives the module these names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib import import_module
from typing import Any

_OF_PYTHON = frozenset(("builtins", "typing", "jsii"))


def share(owner: ast.ClassDef) -> None:
    """Take the shared ones in place of a class's own, where those say exactly the same."""
    for number, node in enumerate(owner.body):
        if isinstance(node, ast.FunctionDef) and (shared := _shared(owner.name, node)):
            new = ast.parse(f"{node.name} = {shared}").body[0]
            owner.body[number] = ast.fix_missing_locations(ast.copy_location(new, node))


def _shared(owner: str, node: ast.FunctionDef) -> str | None:
    """What gives the shared member that a method is; None for a method that is like no other."""
    if node.name.startswith("__") and not node.name.endswith("__"):
        return None
    name, returns = node.name, ast.unparse(node.returns) if node.returns else ""
    parameters = [each.arg for each in node.args.args]
    decorators = [ast.unparse(each) for each in node.decorator_list]
    body = "\n".join(ast.unparse(each) for each in node.body if not isinstance(each, ast.Pass))
    if parameters == ["self", "rhs"] and not decorators:
        return {
            ("__eq__", "return isinstance(rhs, self.__class__) and rhs._values == self._values"): "_equal",
            ("__ne__", "return not rhs == self"): "_unequal",
        }.get((name, body))
    if parameters != ["self"]:
        return None
    jsii_name = _jsii_name(node)
    known: dict[tuple[tuple[str, ...], str], str] = {
        (
            ("builtins.property",),
            f"result = self._values.get({name!r})\nreturn typing.cast({returns}, result)",
        ): f"_optional_field[{name!r}]",
        (
            ("builtins.property",),
            f"result = self._values.get({name!r})\n"
            f"assert result is not None, \"Required property '{name}' is missing\"\n"
            f"return typing.cast({returns}, result)",
        ): f"_required_field[{name!r}]",
        (
            (f"jsii.member(jsii_name={jsii_name!r})",),
            f"return typing.cast(None, jsii.invoke(self, {jsii_name!r}, []))",
        ): f"_action[{f'{name} {jsii_name}'!r}]",
    }
    if name == "__repr__":
        text = f"return '{owner}(%s)' % ', '.join((k + '=' + repr(v) for k, v in self._values.items()))"
        known[(), text] = f"_repr_of[{owner!r}]"
    # The text of another type has a meaning in its own module only.
    if _is_of_python(node.returns):
        property_of = ("builtins.property", f"jsii.member(jsii_name={jsii_name!r})")
        text = f"return typing.cast({returns}, jsii.get(self, {jsii_name!r}))"
        known[property_of, text] = f"_attribute[{f'{name} {jsii_name} {returns}'!r}]"
    return known.get((tuple(decorators), body))


def _jsii_name(node: ast.FunctionDef) -> str:
    calls = [each for each in node.decorator_list if isinstance(each, ast.Call) and len(each.keywords) == 1]
    values = [each.keywords[0].value for each in calls]
    return next((str(each.value) for each in values if isinstance(each, ast.Constant)), "")


def _is_of_python(returns: ast.expr | None) -> bool:
    return returns is not None and not any(
        (isinstance(each, ast.Name) and each.id not in _OF_PYTHON)
        or (isinstance(each, ast.Constant) and isinstance(each.value, str))
        for each in ast.walk(returns)
    )


class _Made(dict[str, Any]):
    """Members by what they differ in, each made when it is first asked for."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> Any:
        """Make it."""
        member = self[key] = self._make(key)
        return member


def _equal(self: Any, rhs: Any) -> Any:
    return isinstance(rhs, self.__class__) and rhs._values == self._values  # noqa: SLF001


def _unequal(self: Any, rhs: Any) -> Any:
    return not (rhs == self)  # noqa: SIM201  as generated


def _repr_of(owner: str) -> Any:
    def __repr__(self: Any) -> str:  # noqa: N807
        values = ", ".join(f"{name}={value!r}" for name, value in self._values.items())
        return f"{owner}({values})"

    return __repr__


def _optional_field(name: str) -> Any:
    def get(self: Any) -> Any:
        return self._values.get(name)

    get.__name__ = get.__qualname__ = name
    return property(get)


def _required_field(name: str) -> Any:
    def get(self: Any) -> Any:
        result = self._values.get(name)
        assert result is not None, f"Required property '{name}' is missing"  # noqa: S101  as generated
        return result

    get.__name__ = get.__qualname__ = name
    return property(get)


def _attribute(key: str) -> Any:
    name, jsii_name, returns = key.split(" ", 2)
    jsii: Any = import_module("jsii")

    def get(self: Any) -> Any:
        return jsii.get(self, jsii_name)

    get.__name__ = get.__qualname__ = name
    get.__annotations__ = {"return": returns}
    return property(jsii.member(jsii_name=jsii_name)(get))


def _action(key: str) -> Any:
    name, jsii_name = key.split(" ")
    jsii: Any = import_module("jsii")

    def call(self: Any) -> Any:
        return jsii.invoke(self, jsii_name, [])

    call.__name__ = call.__qualname__ = name
    call.__annotations__ = {"return": "None"}
    return jsii.member(jsii_name=jsii_name)(call)


SHARED: dict[str, Any] = {
    "_equal": _equal,
    "_unequal": _unequal,
    **{
        make.__name__: _Made(make)
        for make in (_repr_of, _optional_field, _required_field, _attribute, _action)
    },
}
