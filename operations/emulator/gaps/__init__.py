"""What AWS does and moto does not, one small class a gap, added to moto before its server starts.

A gap is named after the call of AWS's API reference that it mends, and does what that page says, never what
Terraform happens to want:

    class DescribeThings(Gap, of=ThingsBackend):
        '''DescribeThings (Amazon Things API Reference): "returns …"; moto returns nothing.'''

        def describe_things(self: Any, ids: list[str]) -> list[Any]:
            return DescribeThings.moto.describe_things(self, ids) or …

Once closed, its methods replace moto's of the same name, which stay within reach as `<Gap>.moto.<method>`; a
name that moto does not have is added, and so a missing call is one method on the service's Response class. A
module of this package needs no registration. Importing one changes nothing: gaps are closed when the server
starts, in its process alone, so that whoever else uses moto has it as it is.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType, SimpleNamespace
from typing import ClassVar


class Gap:
    """The base of every gap; `of` is moto's class that lacks something."""

    of: ClassVar[type]
    moto: ClassVar[SimpleNamespace]

    def __init_subclass__(cls, *, of: type) -> None:
        """Remember which class lacks something."""
        cls.of = of

    @classmethod
    def close(cls) -> None:
        """Put the methods of the gap onto moto's class."""
        added = {name: made for name, made in vars(cls).items() if isinstance(made, FunctionType | property)}
        cls.moto = SimpleNamespace(**{name: getattr(cls.of, name) for name in added if hasattr(cls.of, name)})
        for name, made in added.items():
            setattr(cls.of, name, made)


def all_gaps() -> list[type[Gap]]:
    """Every gap of this package, in the order in which they are closed."""
    modules = [import_module(module.name) for module in iter_modules(__path__, f"{__name__}.")]
    return [
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Gap) and found.__module__ == module.__name__
    ]


def close_gaps() -> None:
    """Mend moto in this process. Only the emulator's own process does, and once."""
    for gap in all_gaps():
        gap.close()
