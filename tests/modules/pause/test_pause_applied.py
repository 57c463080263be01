"""A product through its life on the emulator: applied, paused, resumed, each time with nothing left to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.plan.data_holding import DATA_HOLDING
from operations.terraform import Change, Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
PAUSED = {"infrastructure_paused": "true"}
# The calls whose order matters.
ORDERED = (
    "CreateRoute",
    "ModifyRule",
    "RegisterScalableTarget",
    "StartDBInstance",
    "StopDBInstance",
    "UpdateService",
)


class Product:
    """The product, and what AWS says of it."""

    def __init__(self, emulator: Emulator, terraform: Terraform) -> None:
        self._emulator = emulator
        self.terraform = terraform

    def client(self, service: str) -> Any:
        return self._emulator.client(service, REGION)

    @property
    def calls_made(self) -> int:
        """How many calls there were so far."""
        return len(self._emulator.log.read_text().splitlines())

    def calls_since(self, before: int, *names: str) -> list[str]:
        """The calls of some names since then, in their order."""
        words = [line.split() for line in self._emulator.log.read_text().splitlines()[before:]]
        return [one[2] for one in words if len(one) > 2 and one[2] in names]

    def apply(self, **variables: str) -> Sequence[Change]:
        """Apply; what was planned, after which nothing is left to do."""
        changes = self.terraform.apply(variables=variables)
        again = self.terraform.plan(variables=variables)
        assert again.empty, [change for change in again.changes if change.action != "no-op"]
        return changes

    @property
    def tasks(self) -> dict[str, int]:
        services = self.client("ecs").describe_services(
            cluster="shop-test", services=["shop-test-web-service", "shop-test-jobs-service"]
        )["services"]
        return {one["serviceName"].split("-")[2]: one["desiredCount"] for one in services}

    @property
    def database(self) -> str:
        found = self.client("rds").describe_db_instances(DBInstanceIdentifier="shop-test-database")
        return str(found["DBInstances"][0]["DBInstanceStatus"])

    @property
    def least_capacity(self) -> float:
        (cluster,) = self.client("rds").describe_db_clusters()["DBClusters"]
        return float(cluster["ServerlessV2ScalingConfiguration"]["MinCapacity"])

    @property
    def notifying(self) -> set[str]:
        """The alarms that tell somebody."""
        found = self.client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        return {
            one["AlarmName"].removeprefix("shop-test-").removesuffix("-alarm")
            for one in (*found["MetricAlarms"], *found["CompositeAlarms"])
            # Target tracking has alarms of its own, which scale.
            if one["ActionsEnabled"] and one["AlarmActions"] and one["AlarmName"].startswith("shop-test-")
        }

    @property
    def schedules(self) -> dict[str, str]:
        rules = self.client("events").list_rules()["Rules"]
        return {one["Name"].removeprefix("shop-test-"): one["State"] for one in rules}

    @property
    def gateways(self) -> int:
        states = [{"Name": "state", "Values": ["available"]}]
        return len(self.client("ec2").describe_nat_gateways(Filter=states)["NatGateways"])

    @property
    def addresses(self) -> list[str]:
        return [one["PublicIp"] for one in self.client("ec2").describe_addresses()["Addresses"]]

    @property
    def page_is_for(self) -> list[str]:
        balancing = self.client("elbv2")
        (balancer,) = balancing.describe_load_balancers()["LoadBalancers"]
        listeners = balancing.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        (https,) = [one for one in listeners if one["Port"] == 443]
        rules = balancing.describe_rules(ListenerArn=https["ListenerArn"])["Rules"]
        (first,) = [rule for rule in rules if rule["Priority"] == "1"]
        assert first["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "503"
        return list(first["Conditions"][0]["PathPatternConfig"]["Values"])


@pytest.fixture
def applied(emulator: Emulator, terraform: Terraform, tmp_path: Path, product: Callable[..., Any]) -> Product:
    product(output=tmp_path)
    applied = Product(emulator, terraform)
    applied.terraform.init()
    applied.apply()
    return applied


def losing(changes: Sequence[Change]) -> list[str]:
    """What holds data and would be destroyed or replaced."""
    return [
        change.address
        for change in changes
        if change.action in ("delete", "replace") and change.address.partition(".")[0] in DATA_HOLDING
    ]


def test_a_product_is_paused_and_resumed(applied: Product) -> None:
    assert (applied.tasks, applied.database) == ({"web": 2, "jobs": 1}, "available")
    assert (applied.least_capacity, applied.gateways) == (0.5, 1)
    addresses, notifying = applied.addresses, applied.notifying
    assert len(addresses) == 1
    assert {"pause-failed", "web-warning", "database-outage", "secrets-unrun"} < notifying
    assert applied.page_is_for == ["/infrastructure-paused"]
    assert applied.schedules["secret-ages"] == "ENABLED"
    assert applied.schedules["pause"] == "DISABLED"
    # Scaling had its reasons.
    applied.client("ecs").update_service(cluster="shop-test", service="shop-test-web-service", desiredCount=3)

    since = applied.calls_made
    changes = applied.apply(**PAUSED)
    assert not losing(changes)
    changed = {one.address.partition(".")[0] for one in changes if one.action != "update"}
    assert changed == {"aws_lambda_invocation", "aws_nat_gateway", "aws_route"}
    assert (applied.tasks, applied.database) == ({"web": 0, "jobs": 0}, "stopped")
    assert (applied.least_capacity, applied.notifying) == (0, {"pause-failed"})
    assert (applied.gateways, applied.addresses) == (0, addresses)
    assert applied.page_is_for == ["/*"]
    assert applied.schedules["secret-ages"] == "DISABLED"
    assert applied.schedules["pause"] == "ENABLED"
    assert applied.terraform.outputs()["infrastructure_paused"].value is True
    # People see the page, then tasks end, then the database stops.
    made = applied.calls_since(since, *ORDERED)
    assert made.index("ModifyRule") < made.index("RegisterScalableTarget") < made.index("StopDBInstance")
    assert made.index("ModifyRule") < made.index("UpdateService") < made.index("StopDBInstance")

    since = applied.calls_made
    assert not losing(applied.apply())
    assert (applied.tasks, applied.database) == ({"web": 2, "jobs": 1}, "available")
    assert (applied.least_capacity, applied.notifying) == (0.5, notifying)
    assert (applied.gateways, applied.addresses) == (1, addresses)
    assert applied.page_is_for == ["/infrastructure-paused"]
    assert applied.terraform.outputs()["infrastructure_paused"].value is False
    # The database runs, and tasks have a way out, before there are tasks.
    made = applied.calls_since(since, *ORDERED)
    assert made.index("StartDBInstance") < made.index("ModifyRule") < made.index("UpdateService")
    assert made.index("StartDBInstance") < made.index("RegisterScalableTarget")
    assert made.index("CreateRoute") < min(made.index("UpdateService"), made.index("RegisterScalableTarget"))

    applied.terraform.destroy(refresh=False)
    assert applied.terraform.addresses() == []
