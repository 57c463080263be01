"""What is known of a stack: its JSON, its state, what is adopted; references resolved from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modules.terraform_json import blocks
from operations.synthesized import SynthesizedStack

Json = Mapping[str, Any]
_REFERENCE = re.compile(r"\$\{(?P<address>(?:data\.)?aws_\w+\.[\w-]+)\.(?P<attribute>\w+)\}")
# What Terraform appends to a `name_prefix`: terraform-plugin-sdk, helper/id, UniqueIDSuffixLength.
_SUFFIX = "[0-9a-f]{26}"
# Where AWS keeps what belongs to no region, and where a bucket's ARN names none.
_NO_REGION = ""


@dataclass(frozen=True, kw_only=True)
class Address:
    """A resource of the stack's JSON."""

    address: str
    type: str
    region: str
    body: Json


class Known:
    """The attributes of resources by their address, from the state and from what is adopted meanwhile."""

    def __init__(self, stack: SynthesizedStack, state: Mapping[str, Json], *, account: str) -> None:
        self.stack, self.state, self.account = stack, state, account
        self._adopted: dict[str, Json] = {}
        self.addresses = {one.address: one for one in _addresses(stack)}

    @property
    def absent(self) -> list[Address]:
        """The resources that stand in the code and in no state, and are not adopted yet."""
        held = {*self.state, *self._adopted}
        return [one for address, one in self.addresses.items() if address not in held]

    def adopt(self, address: str, attributes: Json) -> None:
        """Remember what an address will be."""
        self._adopted[address] = attributes

    def argument(self, one: Address, path: str) -> Any:
        """An argument of a resource, such as `dns_config.namespace_id`, with its references resolved."""
        value: Any = one.body
        for name in path.split("."):
            found = blocks(value)
            value = found[0].get(name) if found and isinstance(found[0], Mapping) else None
        return self.value(value) if isinstance(value, str) else value

    def agrees(self, one: Address, path: str, actual: Any) -> bool:
        """Whether an argument, or the prefix that stands for it, is what AWS has.

        A path with a question mark is compared only where the JSON has the argument.
        """
        expected = self.argument(one, path.removesuffix("?"))
        if expected is None and path.endswith("?"):
            return True
        if actual is None:
            return False
        if expected is not None:
            return _text(expected) == _text(actual)
        prefix = self.argument(one, f"{path}_prefix")
        return prefix is not None and bool(re.fullmatch(re.escape(prefix) + _SUFFIX, str(actual)))

    def value(self, text: str) -> str:
        """A text with each reference replaced whose value is known."""
        return _REFERENCE.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        address, attribute = found["address"], found["attribute"]
        if address.startswith("data.aws_caller_identity.") and attribute == "account_id":
            return self.account
        for attributes in (self._adopted.get(address), self.state.get(address)):
            if attributes and isinstance(attributes.get(attribute), str):
                return str(attributes[attribute])
        known = self.addresses.get(address)
        value = known.body.get(attribute) if known else None
        return self.value(value) if isinstance(value, str) else found[0]


def same_region(one: Address, region: str) -> bool:
    """Whether a thing of a region can be this resource; ARNs of global things name none."""
    return region in (_NO_REGION, one.region)


def _addresses(stack: SynthesizedStack) -> Iterator[Address]:
    for kind in stack.document.get("resource", {}):
        for name, body in stack.resources(kind).items():
            yield Address(address=f"{kind}.{name}", type=kind, region=stack.region_of(body), body=body)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
