"""What AWS does and moto does not, as small classes that patch moto before its server starts.

A patch is named after the call of AWS's API reference that it corrects, and does what that page says, never
what one client happens to want:

    class DescribeThings(Patch, of=ThingsBackend):
        '''DescribeThings (Amazon Things API Reference): "returns …"; moto returns nothing.'''

        def describe_things(self: Any, ids: list[str]) -> list[Any]:
            return DescribeThings.moto.describe_things(self, ids) or …

Once applied, its methods, class methods and properties replace moto's of the same name, which can still be
called as `<Patch>.moto.<method>`; a name that moto does not have is added, and so a missing call is one
method on the service's Response class. A module of this package needs no registration. Importing one changes
nothing: patches are applied when the server starts, in its process alone.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import FunctionType, SimpleNamespace
from typing import ClassVar

# What of a patch goes onto moto's class.
MEMBERS = (FunctionType, property, classmethod)


class Patch:
    """The base of every patch; `of` is the class of moto that it changes."""

    of: ClassVar[type]
    moto: ClassVar[SimpleNamespace]

    def __init_subclass__(cls, *, of: type) -> None:
        """Remember which class of moto is changed."""
        cls.of = of

    @classmethod
    def apply(cls) -> None:
        """Put the methods, class methods and properties of the patch onto moto's class."""
        added = {name: made for name, made in vars(cls).items() if isinstance(made, MEMBERS)}
        cls.moto = SimpleNamespace(**{name: getattr(cls.of, name) for name in added if hasattr(cls.of, name)})
        for name, made in added.items():
            setattr(cls.of, name, made)


def all_patches() -> list[type[Patch]]:
    """Every patch of this package, in the order in which they are applied."""
    modules = [import_module(module.name) for module in iter_modules(__path__, f"{__name__}.")]
    return [
        found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Patch) and found.__module__ == module.__name__
    ]


def apply_patches() -> None:
    """Patch moto in this process. Only the emulator's own process does, and once."""
    for patch in all_patches():
        patch.apply()
