"""Databases as they are synthesized: in a network of their own, in one stack."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
# Given the stack and what every database is given, builds some and says what of them is looked at.
Build = Callable[[Any, dict[str, Any]], Mapping[str, Any]]


class Built:
    """The modules that were built, and the JSON they became."""

    def __init__(self, synthesize: Callable[..., Json], build: Build) -> None:
        self._build = build
        self.json = synthesize(self._build_stack)

    def at(self, kind: str, path: str) -> Json:
        """The resource of a construct path."""
        found: Json = next(
            one
            for one in self.json["resource"][kind].values()
            if one["//"]["metadata"]["path"] == f"small/{path}"
        )
        return found

    def output(self, name: str) -> Any:
        """What was to be looked at."""
        return json.loads(self.json["output"][name]["value"])

    def _build_stack(self, stack: Any, context: Any) -> None:
        from cdktf import TerraformOutput
        from cdktf_cdktf_provider_aws.security_group import SecurityGroup

        given = {
            "context": context,
            "network": network(stack, context, "network", ("a", "b")),
            "security_group": SecurityGroup(stack, "group", name_prefix="shop-"),
        }
        for name, value in self._build(stack, given).items():
            TerraformOutput(stack, name, value=json.dumps(value), static_id=True)


def network(stack: Any, context: Any, name: str, zones: tuple[str, ...]) -> Any:
    """A network over zones."""
    from ipaddress import IPv4Network

    from modules.networking.network import Network
    from modules.networking.settings import NetworkSettings

    settings = NetworkSettings(cidr=IPv4Network("10.0.0.0/16"), zones=zones)
    return Network(stack, name, context=context, settings=settings)


def narrow(stack: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The same in a network of one zone."""
    return {**given, "network": network(stack, given["context"], "narrow", ("a",))}


def access_of(module: Any) -> Json:
    """What a client of a module is given."""
    access = module.client_access
    return {"environment": dict(access.environment), "secrets": dict(access.secrets)}
