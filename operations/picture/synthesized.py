"""Reading a stack as it was synthesized: its resources, and what each refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
_REFERENCE = re.compile(r"\b(aws_[a-z0-9_]+\.[A-Za-z0-9_-]+)")


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
        return str(self.body.get("tags", {}).get("Name", ""))

    def get(self, path: str, default: Any = None) -> Any:
        """An argument by its dotted path; a block that stands as a list of one is entered."""
        value: Any = self.body
        for part in path.split("."):
            if isinstance(value, list):
                value = value[0] if value else {}
            value = value.get(part) if isinstance(value, dict) else None
        return default if value is None else value

    def references(self, path: str) -> list[str]:
        """Addresses that an argument refers to."""
        return references(self.get(path))


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


class SynthesizedStack:
    """A stack's Terraform JSON, looked up by type and by address."""

    def __init__(self, name: str, content: Json) -> None:
        self.name = name
        self._by_type = {
            name: [Resource(name, key, body) for key, body in sorted(bodies.items())]
            for name, bodies in sorted(content.get("resource", {}).items())
        }
        self._by_address = {resource.address: resource for resource in self.all()}
        providers = content.get("provider", {}).get("aws", [{}])
        self.region = str(next((one["region"] for one in providers if "alias" not in one), ""))

    def all(self) -> list[Resource]:
        """Every resource, by type and key."""
        return [resource for bodies in self._by_type.values() for resource in bodies]

    def of(self, *types: str) -> list[Resource]:
        """The resources of these types, in that order."""
        return [resource for name in types for resource in self._by_type.get(name, [])]

    def at(self, address: str) -> Resource | None:
        """The resource at an address."""
        return self._by_address.get(address)

    def short(self, name: str) -> str:
        """A name without the stack's own, which the title says already, and without what is computed."""
        name = re.sub(r"-?\$\{[^}]*\}", "", name).removesuffix(f"-{self.region}")
        return name.removeprefix(f"{self.name}-") or name
