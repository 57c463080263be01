"""A stack's resources as their costs need them: by type, with region and construct, running or paused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from operations.cost.lines import Amount, Item
from operations.cost.prices import GLOBAL, Prices
from operations.cost.usage import Usage
from operations.synthesized.stack_json import Json, StackJson

_DEPTH = 2  # of constructs: services/api, not each alarm of it
_REFERENCE = re.compile(r"\b(?P<kind>aws_\w+)\.(?P<name>[\w-]+)\.\w+")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of the JSON; `module` is the path of the construct that creates it, without
    the stack."""

    kind: str
    name: str
    module: str
    region: str
    body: Json

    def number(self, argument: str, default: float = 0) -> float:
        """An argument that is a number; the default where it is absent or known only to AWS."""
        value = self.body.get(argument, default)
        try:
            return float(value)
        except (TypeError, ValueError):
            return default


@dataclass(frozen=True, kw_only=True)
class View:
    """A stack that runs, or is paused, with the prices and the usage that its costs are calculated by."""

    stack: str
    document: Json
    prices: Prices
    usage: Usage = field(default_factory=Usage)
    paused: bool = False

    @property
    def region(self) -> str:
        """The region of the stack's default provider."""
        return self._json.region

    def resources(self, kind: str) -> Mapping[str, Resource]:
        """The resources of a type that there are, by their name in Terraform."""
        return self._resources.get(kind, {})

    @property
    def kinds(self) -> list[str]:
        """The types of the stack's resources."""
        return self._json.kinds

    def referred(self, value: object, kind: str) -> Resource | None:
        """The resource of a type that an argument refers to."""
        found = _REFERENCE.search(str(value))
        return self.resources(kind).get(found["name"]) if found and found["kind"] == kind else None

    def one(self, kind: str) -> list[Resource]:
        """A resource of a type in the stack's region, which stands for all of them; none without one."""
        return [one for one in self.resources(kind).values() if one.region == self.region][:1]

    def item(
        self,
        service: str,
        resource: Resource,
        key: str,
        amount: Amount | float,
        *,
        region: str | None = None,
        usage: bool = False,
    ) -> Item:
        """A part of a resource's costs; `key` is the price's. `usage`: by an assumption, not by the JSON."""
        return Item(
            service=service,
            # An assumption is one of the whole stack, whichever resource stands for it.
            module="" if usage else resource.module,
            price=self.prices.price(key, region or resource.region),
            amount=amount if isinstance(amount, Amount) else Amount.of(amount),
            usage=usage,
        )

    def everywhere(
        self, service: str, resource: Resource, key: str, amount: Amount | float, *, usage: bool = False
    ) -> Item:
        """A part of a resource's costs whose price is the same in all regions."""
        return self.item(service, resource, key, amount, region=GLOBAL, usage=usage)

    @cached_property
    def _resources(self) -> Mapping[str, Mapping[str, Resource]]:
        return {
            kind: {
                name: self._resource(kind, name, body) for name, body in self._json.resources(kind).items()
            }
            for kind in self._json.kinds
        }

    def _resource(self, kind: str, name: str, body: Json) -> Resource:
        return Resource(
            kind=kind, name=name, module=_module(body), region=self._json.region_of(body), body=body
        )

    @cached_property
    def _json(self) -> StackJson:
        return StackJson(document=self.document, paused=self.paused)


def _module(body: Json) -> str:
    path = str(body.get("//", {}).get("metadata", {}).get("path", "")).split("/")[1:]
    inner = path[:-1] if len(path) > 1 else path
    return "/".join([one for one in inner if one != "Default"][:_DEPTH])
