"""A small product on one cluster: what the tests of this folder build their services on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import Any

import pytest

Json = dict[str, Any]
Build = Callable[[Any, Any], None]


class Shipped:
    """The JSON of a stack, its resources by their construct path below it."""

    def __init__(self, stack: Json) -> None:
        self._stack = stack

    def named(self, kind: str) -> dict[str, Json]:
        found = self._stack["resource"].get(kind, {}).values()
        paths = ((one["//"]["metadata"]["path"].partition("/")[2], one) for one in found)
        return {path.removesuffix("/Default"): one for path, one in paths}

    def service(self, name: str) -> Json:
        return self.named("aws_ecs_service")[name]

    def containers(self, name: str) -> dict[str, Json]:
        definition = self.named("aws_ecs_task_definition")[f"{name}/task"]
        return {one["name"]: one for one in json.loads(definition["container_definitions"])}

    def allowed(self, path: str) -> dict[str, list[str]]:
        policy = json.loads(self.named("aws_iam_role_policy")[path]["policy"])
        return {action: one["Resource"] for one in policy["Statement"] for action in one["Action"]}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What a stack of services needs: `service(name, …)` adds one."""

    stack: Any
    context: Any
    network: Any
    security_groups: Any
    key: Any
    cluster: Any
    discovery: Any

    def image(self, name: str) -> Any:
        from modules.compute.repository.image import Image

        return Image(self.stack, f"{name}-image", context=self.context, service=name)

    def service(self, settings: Any, **references: Any) -> Any:
        from modules.compute.service.service import Service

        return Service(
            self.stack,
            settings.name,
            context=self.context,
            network=self.network,
            cluster=self.cluster,
            security_groups=[self.security_groups.group(settings.name), self.security_groups.group("tasks")],
            image=references.pop("image", None) or self.image(settings.name),
            discovery=self.discovery,
            settings=settings,
            **references,
        )

    def target(self, name: str, port: int, *, alternate: bool = False) -> Any:
        from cdktf_cdktf_provider_aws.lb_listener_rule import (
            LbListenerRule,
            LbListenerRuleAction,
            LbListenerRuleCondition,
            LbListenerRuleConditionHostHeader,
        )

        from modules.edge.load_balancer.target import Target

        group = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup"
        rule = LbListenerRule(
            self.stack,
            f"{name}-rule",
            listener_arn="arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/1/2",
            action=[LbListenerRuleAction(type="forward", target_group_arn=f"{group}/{name}/1")],
            condition=[
                LbListenerRuleCondition(
                    host_header=LbListenerRuleConditionHostHeader(values=["shop.example"])
                )
            ],
        )
        return Target(
            name=name,
            host="shop.example",
            port=port,
            target_group_arn=f"{group}/{name}/1",
            target_group_arn_suffix=f"targetgroup/{name}/1",
            load_balancer_arn_suffix="app/shop/1",
            listener_rule=rule,
            listener_rule_arn=str(rule.arn),
            alternate_target_group_arn=f"{group}/{name}-b/1" if alternate else None,
            alternate_target_group_arn_suffix=f"targetgroup/{name}-b/1" if alternate else None,
        )


@pytest.fixture(scope="session")
def shop() -> Callable[..., Shop]:
    """`shop(stack, context, "web", "jobs")` builds what the services of these names stand on."""

    def build(stack: Any, context: Any, *services: str, **cluster: Any) -> Shop:
        from modules.compute.cluster.cluster import Cluster
        from modules.compute.cluster.settings import ClusterSettings
        from modules.compute.service.discovery import ServiceDiscovery
        from modules.kms.key import Key
        from modules.networking.connections import Connections, Port
        from modules.networking.network import Network
        from modules.networking.security_groups import SecurityGroups
        from modules.networking.settings import NatGateways, NetworkSettings

        settings = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b"), nat_gateways=NatGateways.NONE, flow_logs=None
        )
        network = Network(stack, "network", context=context, settings=replace(settings))
        connections = Connections()
        for name in (*services, "tasks"):
            # The file system of a service is in its group.
            connections.group(name).connects_within(Port(name="nfs", number=2049), reason="its files")
        key = Key(stack, "key", context=context, purpose="compute", services=["logs"], protected=False)
        return Shop(
            stack=stack,
            context=context,
            network=network,
            security_groups=SecurityGroups(
                stack, "firewall", context=context, network=network, connections=connections
            ),
            key=key,
            cluster=Cluster(stack, "cluster", context=context, key=key, settings=ClusterSettings(**cluster)),
            discovery=ServiceDiscovery(stack, "discovery", context=context, network=network),
        )

    return build


@pytest.fixture(scope="session")
def read() -> Callable[[Json], Shipped]:
    """`read(stack)` finds resources in a stack's JSON."""
    return Shipped
