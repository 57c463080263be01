"""What AWS does and moto does not, one small class a gap, added to moto before its server starts.

A gap is named after the call of AWS's API reference that it mends, and does what that page says, never what
Terraform happens to want:

    class DescribeThings(Gap, of=ThingsBackend):
        '''DescribeThings (Amazon Things API Reference): "returns …"; moto returns nothing.'''

        def describe_things(self: Any, ids: list[str]) -> list[Any]:
            return DescribeThings.moto.describe_things(self, ids) or …

Its methods replace moto's of the same name, which stay within reach as `<Gap>.moto.<method>`; a name that
moto does not have is added, and so a missing call is one method on the service's Response class. A module
of this package needs no registration: all are imported when the server starts.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType, SimpleNamespace
from typing import ClassVar

CLOSED: list[type[Gap]] = []


class Gap:
    """The base of every gap; `of` is moto's class that lacks something."""

    moto: ClassVar[SimpleNamespace]

    def __init_subclass__(cls, *, of: type) -> None:
        """Put the methods of the gap onto moto's class."""
        added = {name: made for name, made in vars(cls).items() if isinstance(made, FunctionType | property)}
        cls.moto = SimpleNamespace(**{name: getattr(of, name) for name in added if hasattr(of, name)})
        for name, made in added.items():
            setattr(of, name, made)
        CLOSED.append(cls)


def close_gaps() -> list[type[Gap]]:
    """Import every module of this package, and say what was closed."""
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)
    return CLOSED
