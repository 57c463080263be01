"""Patches of failover in DNS and of lost regions, each by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator
from aws_emulator.errors import EmulatorError

pytestmark = pytest.mark.emulator
HOME, AWAY = "eu-west-1", "eu-central-1"


class Names:
    """A zone with a failover record for each of two names, and a health check for each place."""

    def __init__(self, emulator: Emulator) -> None:
        self.dns = emulator.client("route53", "us-east-1")
        self.zone = self.dns.create_hosted_zone(Name="shop.example", CallerReference="z")["HostedZone"]["Id"]
        self.checks = {place: self._check(place) for place in ("PRIMARY", "SECONDARY")}
        for place in self.checks:
            self.change("CREATE", "api", place)
            self.change("CREATE", "www", place)

    def _check(self, place: str) -> str:
        config = {"Type": "HTTPS", "FullyQualifiedDomainName": f"{place.lower()}.lb.example", "Port": 443}
        made = self.dns.create_health_check(CallerReference=place, HealthCheckConfig=config)
        return str(made["HealthCheck"]["Id"])

    def change(self, action: str, name: str, place: str) -> None:
        record = {
            "Name": f"{name}.shop.example",
            "Type": "A",
            "SetIdentifier": place.lower(),
            "Failover": place,
            "HealthCheckId": self.checks[place],
            "AliasTarget": {
                "HostedZoneId": "Z215JYRZR1TBD5",
                "DNSName": f"{place.lower()}.lb.example",
                "EvaluateTargetHealth": False,
            },
        }
        changes = [{"Action": action, "ResourceRecordSet": record}]
        self.dns.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={"Changes": changes})

    def answer(self, name: str = "api") -> Any:
        return self.dns.test_dns_answer(
            HostedZoneId=self.zone, RecordName=f"{name}.shop.example", RecordType="A"
        )

    def statuses(self, place: str) -> set[str]:
        found = self.dns.get_health_check_status(HealthCheckId=self.checks[place])
        return {one["StatusReport"]["Status"].partition(":")[0] for one in found["HealthCheckObservations"]}


@pytest.fixture
def names(emulator: Emulator) -> Names:
    return Names(emulator)


def test_dns_answers_with_the_secondary_while_the_primary_alone_is_unhealthy(
    emulator: Emulator, names: Names
) -> None:
    assert names.answer()["RecordData"] == ["primary.lb.example"]
    assert names.statuses("PRIMARY") == {"Success"}
    emulator.order_outages(endpoints=["primary."])
    assert names.statuses("PRIMARY") == {"Failure"}
    assert names.answer()["RecordData"] == ["secondary.lb.example"]
    emulator.order_outages(endpoints=["primary.", "secondary."])
    assert names.answer()["RecordData"] == ["primary.lb.example"]
    assert names.answer("none")["ResponseCode"] == "NXDOMAIN"


def test_a_disabled_check_is_healthy_and_inverted_it_is_not(emulator: Emulator, names: Names) -> None:
    primary = {"HealthCheckId": names.checks["PRIMARY"]}
    names.dns.update_health_check(**primary, Disabled=True, Inverted=True)
    shown = names.dns.get_health_check(**primary)["HealthCheck"]
    config = shown["HealthCheckConfig"]
    assert (config["Disabled"], config["Inverted"], shown["HealthCheckVersion"]) == (True, True, 2)
    assert names.answer()["RecordData"] == ["secondary.lb.example"]
    emulator.order_outages(endpoints=["primary."])
    names.dns.update_health_check(**primary, Inverted=False, HealthCheckVersion=2)
    assert names.answer()["RecordData"] == ["primary.lb.example"]
    with pytest.raises(ClientError, match="HealthCheckVersionMismatch"):
        names.dns.update_health_check(**primary, Disabled=False, HealthCheckVersion=2)


def test_one_record_of_an_identifier_is_deleted(names: Names) -> None:
    names.change("DELETE", "api", "SECONDARY")
    records = names.dns.list_resource_record_sets(HostedZoneId=names.zone)["ResourceRecordSets"]
    found = {(one["Name"], one["SetIdentifier"]) for one in records if "SetIdentifier" in one}
    left = {("api.shop.example.", "primary"), ("www.shop.example.", "primary")}
    assert found == {*left, ("www.shop.example.", "secondary")}


def test_a_lost_region_answers_nothing_and_others_do(emulator: Emulator) -> None:
    import boto3
    from botocore.config import Config

    once = Config(retries={"total_max_attempts": 1})
    session = boto3.session.Session("emulator", "emulator")
    home = session.client("sqs", region_name=HOME, endpoint_url=emulator.url, config=once)
    home.list_queues()
    emulator.order_outages(regions=[HOME])
    with pytest.raises(ClientError, match="eu-west-1 does not answer"):
        home.list_queues()
    emulator.client("sqs", AWAY).list_queues()
    with pytest.raises(EmulatorError, match="unknown: region; allowed: endpoints, regions, replica_lag"):
        emulator.order_outages(region=HOME)
    emulator.order_outages()
    home.list_queues()


def balanced(emulator: Emulator) -> tuple[str, Any]:
    """A load balancer with a service of no tasks: its name, and what gives the service tasks."""
    ec2, elbv2, ecs = (emulator.client(name, AWAY) for name in ("ec2", "elbv2", "ecs"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"{AWAY}{zone}")[
            "Subnet"
        ]
        for place, zone in enumerate("ab")
    ]
    ids = [one["SubnetId"] for one in subnets]
    (balancer,) = elbv2.create_load_balancer(Name="shop", Subnets=ids)["LoadBalancers"]
    group = elbv2.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )
    firewall = ec2.create_security_group(VpcId=vpc, GroupName="web", Description="web")["GroupId"]
    ecs.create_cluster(clusterName="shop")
    container = {"name": "web", "image": "web", "memory": 128}
    ecs.register_task_definition(family="web", networkMode="awsvpc", containerDefinitions=[container])
    ecs.create_service(
        cluster="shop",
        serviceName="web",
        taskDefinition="web",
        desiredCount=0,
        loadBalancers=[{"containerName": "web", "containerPort": 80, "targetGroupArn": arn}],
        networkConfiguration={"awsvpcConfiguration": {"subnets": ids, "securityGroups": [firewall]}},
    )
    return balancer["DNSName"], lambda tasks: ecs.update_service(
        cluster="shop", service="web", desiredCount=tasks
    )


def test_a_load_balancer_answers_and_has_targets_while_a_service_behind_it_has_tasks(
    emulator: Emulator,
) -> None:
    name, scale = balanced(emulator)
    dns = emulator.client("route53", "us-east-1")
    config = {"Type": "HTTPS", "FullyQualifiedDomainName": name, "Port": 443}
    check = dns.create_health_check(CallerReference="a", HealthCheckConfig=config)["HealthCheck"]["Id"]

    def status() -> str:
        seen = dns.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
        return str(seen[0]["StatusReport"]["Status"].partition(":")[0])

    balancers = emulator.client("elbv2", AWAY)
    (group,) = [one["TargetGroupArn"] for one in balancers.describe_target_groups()["TargetGroups"]]

    def targets() -> list[str]:
        found = balancers.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return [one["TargetHealth"]["State"] for one in found]

    assert (status(), targets()) == ("Failure", [])
    scale(1)
    assert (status(), targets()) == ("Success", ["healthy"])
    emulator.order_outages(regions=[AWAY])
    assert status() == "Failure"
