"""Plain dicts where the bindings expect structs, found by the declared types of generated classes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any, ForwardRef, NamedTuple, Union, get_args, get_origin

from ..errors import SynthesisError, refusal

_SCALARS = frozenset((str, int, float, bool, type(None)))


class _LostKeys(NamedTuple):
    """A dict that would lose its keys: where it stands, and the structs to write instead."""

    trail: str
    keys: tuple[str, ...]
    structs: tuple[str, ...]


def check_arguments(path: str, owner: type, member: str, args: Sequence[Any]) -> None:
    """Refuse dicts for structs in what is handed to a member of a generated class.

    `member` is `__init__` or jsii's name of a method or property. Raises SynthesisError naming the path of
    the construct, the class, the field and the struct to use.
    """
    losses: list[_LostKeys] = []
    for position, value in enumerate(args):
        if type(value) in (list, dict):
            names, hints = _signature(owner, member)
            if position < len(hints):
                _search(value, hints[position], names[position], losses)
        elif _is_struct(value):
            _search_struct(value, "", losses)
    if losses:
        raise SynthesisError(_sentence(path, _generated(owner).__name__, loss) for loss in losses)


def _sentence(path: str, owner: str, loss: _LostKeys) -> str:
    fields = ", ".join(f"{key}=…" for key in loss.keys)
    calls = [f"{struct}({fields})" for struct in loss.structs]
    return refusal(
        f"{path} {owner}.{loss.trail}".strip(),
        got=f"a dict with {', '.join(loss.keys) or 'no keys'}",
        allowed=" or ".join(loss.structs) or "the struct of this block",
        fix=f"write {' or '.join(calls) or 'a struct'}, for CDKTF drops the dict's keys without an error",
    )


def _search_struct(struct: Any, trail: str, losses: list[_LostKeys]) -> None:
    for field, value in _fields(struct).items():
        if type(value) not in _SCALARS and not _holds_scalars(value):
            hint = partial(_declared, type(struct).__init__, field)
            _search(value, hint, f"{trail}.{field}" if trail else field, losses)


def _holds_scalars(value: Any) -> bool:
    return type(value) is list and _SCALARS.issuperset(map(type, value))


def _search(value: Any, hint: _Hint, trail: str, losses: list[_LostKeys]) -> None:
    if type(value) is list:
        _search_items(enumerate(value), partial(_inner_of, hint, Sequence), trail, losses)
    elif _is_struct(value):
        _search_struct(value, trail, losses)
    elif type(value) is dict and _takes_a_mapping(hint()):
        _search_items(value.items(), partial(_inner_of, hint, Mapping), trail, losses)
    elif type(value) is dict:
        losses.append(_LostKeys(trail, tuple(map(str, value)), _struct_names(hint())))


def _search_items(items: Iterable[tuple[Any, Any]], hint: _Hint, trail: str, losses: list[_LostKeys]) -> None:
    for key, item in items:
        if type(item) not in _SCALARS:
            _search(item, hint, f"{trail}[{key!r}]", losses)


def _is_struct(value: Any) -> bool:
    kind: Any = type(value)
    return _has_fields(kind)


@cache
def _has_fields(kind: Any) -> bool:
    return hasattr(kind, "__jsii_name_mapping__")


def _fields(struct: Any) -> Mapping[str, Any]:
    """The fields that a generated struct was given; none, with a warning, where it keeps them elsewhere."""
    fields = getattr(struct, "_values", None)
    if isinstance(fields, dict):
        return fields
    message = f"{type(struct).__name__} is generated differently: dicts for structs in it go unnoticed"
    warnings.warn(message, RuntimeWarning, stacklevel=2)
    return {}


# The declared types, evaluated where a dict is met. A struct is declared as `Union[Struct, Dict[str, Any]]`,
# a real mapping as `Mapping`.

_Hint = Callable[[], Any]


def _inner_of(hint: _Hint, container: type) -> Any:
    return _inner(hint(), container)


@lru_cache(maxsize=4096)
def _options(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Union:
        return tuple(option for part in get_args(hint) for option in _options(part))
    return (hint,)


@lru_cache(maxsize=4096)
def _takes_a_mapping(hint: Any) -> bool:
    return any(option is Any or get_origin(option) is Mapping for option in _options(hint))


@lru_cache(maxsize=4096)
def _inner(hint: Any, container: type) -> Any:
    """The type of a container's items; Any where the declared type does not say."""
    for option in _options(hint):
        origin = get_origin(option)
        if isinstance(origin, type) and issubclass(origin, container) and origin is not dict:
            return get_args(option)[-1]
    return Any


def _struct_names(hint: Any) -> tuple[str, ...]:
    options = [option for option in _options(hint) if get_origin(option) is None]
    names = [
        # Newer jsii writes the module before the name of a class that is not of the module itself.
        option.__forward_arg__.rpartition(".")[2] if isinstance(option, ForwardRef) else option.__name__
        for option in options
        if isinstance(option, ForwardRef) or hasattr(option, "__jsii_name_mapping__")
    ]
    return tuple(names)


def _generated(owner: type) -> type:
    """The generated class that a project's class extends, or the class itself."""
    declared = (cls for cls in owner.__mro__ if getattr(cls, "__jsii_declared_type__", None))
    return next(declared, owner)


@lru_cache(maxsize=4096)
def _signature(owner: type, member: str) -> tuple[tuple[str, ...], tuple[_Hint, ...]]:
    """Names and declared types of a member's parameters, in order; empty where it is not found."""
    for cls in owner.__mro__:
        if not getattr(cls, "__jsii_declared_type__", None):
            continue
        for function in _functions(cls, member):
            names = [name for name in function.__annotations__ if name != "return"]
            hints = {name: partial(_declared, function, name) for name in names}
            called = () if member == "__init__" else (function.__name__,) * len(hints)
            return called or tuple(hints), tuple(hints.values())
    return (), ()


@lru_cache(maxsize=4096)
def _declared(function: Any, name: str) -> Any:
    """The declared type of a parameter, which may be text."""
    hint = function.__annotations__.get(name, Any)
    return eval(hint, function.__globals__) if isinstance(hint, str) else hint  # noqa: S307 - generated code


def _functions(cls: type, member: str) -> Iterator[Callable[..., Any]]:
    if member == "__init__":
        yield vars(cls)["__init__"]
    for value in vars(cls).values():
        getter = getattr(value, "fget", None) or value
        if getattr(getter, "__jsii_name__", None) == member:
            yield getattr(value, "fset", None) or value
