"""A Terraform JSON document: its resources, and what each refers to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import PictureError

Json = dict[str, Any]
# `data.aws_subnet.one` is no resource of the document.
_REFERENCE = re.compile(r"(?<![\w.-])(aws_[a-z0-9_]+\.[A-Za-z0-9_-]+)")
_TEMPLATE = re.compile(r"-?\$\{[^}]*\}")
_CHOICE = re.compile(r"\$\{var\.(?P<flag>[\w-]+) \? (?P<true>.+) : (?P<false>.+)\}")


@dataclass(frozen=True, eq=False)
class Resource:
    """One resource: its address in Terraform and its arguments."""

    type: str
    key: str
    body: Json = field(repr=False)

    @property
    def address(self) -> str:
        """The address, as `terraform state list` prints it."""
        return f"{self.type}.{self.key}"

    @property
    def tag_name(self) -> str:
        """The Name tag, or nothing."""
        return self.text("tags.Name")

    def get(self, path: str, default: Any = None) -> Any:
        """An argument by its dotted path; of blocks in a list, the first is entered."""
        value: Any = self.body
        for part in path.split("."):
            if isinstance(value, list):
                value = value[0] if value else {}
            value = value.get(part) if isinstance(value, dict) else None
        return default if value is None else value

    def text(self, path: str) -> str:
        """An argument as text; nothing where it is not set."""
        return str(self.get(path, ""))

    def texts(self, path: str) -> list[str]:
        """An argument that is a list of texts; nothing where it is known after apply alone."""
        value = self.get(path)
        return [str(one) for one in value] if isinstance(value, list) else []

    def blocks(self, path: str) -> list[Json]:
        """The blocks of a name: one as an object, several as a list of them."""
        value = self.get(path)
        return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]

    def references(self, path: str) -> list[str]:
        """Addresses that an argument refers to."""
        return references(self.get(path))

    def refers_to(self, path: str, prefix: str) -> str | None:
        """The first address of a type that an argument refers to."""
        return next((found for found in self.references(path) if found.startswith(f"{prefix}.")), None)


def references(value: object) -> list[str]:
    """Addresses of resources that a value refers to, in order, once each."""
    return list(dict.fromkeys(_references(value)))


def _references(value: object) -> Iterator[str]:
    if isinstance(value, str) and "${" in value:
        yield from (found for found in _REFERENCE.findall(value))
    elif isinstance(value, dict):
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


class TerraformDocument:
    """The resources of a Terraform JSON document, looked up by type and by address.

    Raises PictureError for what is no such document.
    """

    def __init__(self, name: str, content: object) -> None:
        self.name = name
        if not isinstance(content, dict):
            raise _refused("the document", content)
        self._by_type: dict[str, list[Resource]] = {}
        flags = _flags(content)
        for resource in sorted(_resources(content, flags), key=lambda one: (one.type, one.key)):
            self._by_type.setdefault(resource.type, []).append(resource)
        self._by_address = {resource.address: resource for resource in self.all()}
        self.region = _region(content)

    def all(self) -> list[Resource]:
        """Every resource, by type and key."""
        return [resource for bodies in self._by_type.values() for resource in bodies]

    def of(self, *types: str) -> list[Resource]:
        """The resources of these types, in that order."""
        return [resource for name in types for resource in self._by_type.get(name, [])]

    def at(self, address: str) -> Resource | None:
        """The resource at an address."""
        return self._by_address.get(address)

    def referred(self, sources: list[Resource], path: str, prefix: str = "aws_") -> list[Resource]:
        """The resources that an argument of others refers to, once each."""
        found = dict.fromkeys(at for one in sources for at in one.references(path) if at.startswith(prefix))
        return [one for at in found if (one := self.at(at))]

    def short(self, name: str) -> str:
        """A name without the document's own, which the title says already, and without what is computed."""
        name = _TEMPLATE.sub("", name).removesuffix(f"-{self.region}")
        return name.removeprefix(f"{self.name}-") or name


def _flags(content: Json) -> dict[str, bool]:
    """The variables that are true or false by default."""
    found = {
        name: one.get("default")
        for variables in _objects(content.get("variable", {}), "variable")
        for name, body in variables.items()
        for one in _objects(body, f"variable.{name}")
    }
    return {name: default for name, default in found.items() if isinstance(default, bool)}


def _by_default(value: Any, flags: dict[str, bool]) -> Any:
    """A value in which `${var.flag ? 1 : 2}` is what it is by default."""
    if isinstance(value, dict):
        return {name: _by_default(one, flags) for name, one in value.items()}
    if isinstance(value, list):
        return [_by_default(one, flags) for one in value]
    choice = _CHOICE.fullmatch(value) if isinstance(value, str) else None
    if choice is None or choice["flag"] not in flags:
        return value
    try:
        return json.loads(choice["true"] if flags[choice["flag"]] else choice["false"])
    except ValueError:
        return value  # no value that is written out


def _resources(content: Json, flags: dict[str, bool]) -> Iterator[Resource]:
    for types in _objects(content.get("resource", {}), "resource"):
        for kind, named in types.items():
            for bodies in _objects(named, f"resource.{kind}"):
                for key, body in bodies.items():
                    found = (_objects(body, f"resource.{kind}.{key}") or [{}])[0]
                    yield Resource(kind, key, _by_default(found, flags))


def _region(content: Json) -> str:
    """The region of the provider without an alias, if it is written out."""
    for providers in _objects(content.get("provider", {}), "provider"):
        for one in _objects(providers.get("aws", []), "provider.aws"):
            if "alias" not in one:
                return _TEMPLATE.sub("", str(one.get("region", "")))
    return ""


def _objects(value: Any, where: str) -> list[Json]:
    """Terraform takes an object, or a list of objects; a comment is a property named `//`."""
    found = value if isinstance(value, list) else [value]
    for one in found:
        if not isinstance(one, dict):
            raise _refused(where, one)
    return [{name: item for name, item in one.items() if name != "//"} for one in found]


def _refused(where: str, value: object) -> PictureError:
    return PictureError(
        f"{where}: got {_described(value)}; allowed: an object of JSON, as Terraform reads it; "
        "hand over what json.loads makes of a *.tf.json file"
    )


def _described(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
