"""A primary and its recovery stack in two regions of the emulator, made with boto3 instead of Terraform."""

from __future__ import annotations

import json
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from aws_emulator import Emulator
from operations.aws import Clients
from operations.progress import Progress
from operations.recovery import situation as situations
from operations.recovery.pair import Pair
from operations.recovery.situation import Situation
from operations.recovery.steps import Waiting
from operations.synthesized import SynthesizedStack
from tests.operations.recovery.applied import AWAY, DATABASE, HOME, PRIMARY, RECOVERY, Applied, Json

HOST, ZONE = "api.shop.example", "shop.example"
KEYS = {one: f"arn:aws:kms:{one}:123456789012:key/1111" for one in (HOME, AWAY)}
LOGIN = {"MasterUsername": "app", "MasterUserPassword": "not-a-secret"}


def _services(stack: str) -> Json:
    containers = json.dumps([{"name": "api", "image": "api"}])
    service = {
        "cluster": "${aws_ecs_cluster.cluster.arn}",
        "desired_count": 1,
        "name": "api",
        "tags": {"Service": "api"},
        "task_definition": "${aws_ecs_task_definition.api.arn}",
    }
    return {
        "aws_ecs_cluster": {"cluster": {"name": stack}},
        "aws_ecs_service": {"api": service},
        "aws_ecs_task_definition": {"api": {"family": "api", "container_definitions": containers}},
    }


def _record(role: str) -> Json:
    policy = [{"type": role}]
    return {"name": HOST, "zone_id": "${aws_route53_zone.zone.zone_id}", "failover_routing_policy": policy}


def _instances() -> tuple[Json, Json]:
    source = f'${{var.recovery_active ? null : "arn:aws:rds:{HOME}:123456789012:db:{DATABASE}"}}'
    own = {"identifier": f"{DATABASE}-recovery", "replicate_source_db": source}
    return {"aws_db_instance": {"database": {"identifier": DATABASE}}}, {"aws_db_instance": {"database": own}}


def _backups() -> tuple[Json, Json]:
    named = "var.restore_shop_from"
    chosen = f'${{strcontains({named}, ":snapshot:") ? {named} : null}}'
    own = {"identifier": f"{DATABASE}-recovery", "snapshot_identifier": chosen}
    return {"aws_db_instance": {"database": {"identifier": DATABASE}}}, {"aws_db_instance": {"database": own}}


def _clusters() -> tuple[Json, Json]:
    primary = {
        "aws_rds_global_cluster": {"global": {"global_cluster_identifier": "shop"}},
        "aws_rds_cluster": {"cluster": {"cluster_identifier": DATABASE}},
    }
    own = {"cluster_identifier": f"{DATABASE}-recovery", "global_cluster_identifier": "shop"}
    return primary, {"aws_rds_cluster": {"cluster": own}}


def _stack(name: str, region: str, resources: Json) -> SynthesizedStack:
    document = {"provider": {"aws": [{"region": region}]}, "resource": {**_services(name), **resources}}
    return SynthesizedStack(name=name, document=document)


class World:
    """Both stacks deployed, the recovery standing by."""

    def __init__(
        self, emulator: Emulator, directory: Path, *, aurora: bool = False, backup: bool = False
    ) -> None:
        emulator.reset()
        self.emulator, self.directory, self.aurora, self.backup = emulator, directory, aurora, backup
        primary, recovery = _clusters() if aurora else _backups() if backup else _instances()
        names = {
            "aws_route53_zone": {"zone": {"name": ZONE}},
            "aws_route53_record": {"api": _record("PRIMARY")},
        }
        self.pair = Pair(
            primary=_stack(PRIMARY, HOME, {**primary, **names}),
            recovery=_stack(
                RECOVERY, AWAY, {**recovery, "aws_route53_record": {"api": _record("SECONDARY")}}
            ),
            tier="backup" if backup else "pilot-light",
        )
        self._dns = self.client("route53", AWAY)
        balancers = {one: self._balancer(one) for one in (HOME, AWAY)}
        self._records(balancers)
        self.state = directory / "state.json"
        for region, subnets in self._subnets.items():
            self.client("rds", region).create_db_subnet_group(
                DBSubnetGroupName="shop", DBSubnetGroupDescription="shop", SubnetIds=subnets
            )
        self.note({PRIMARY: {"paused": False}, RECOVERY: {"paused": False, "active": False}})
        self._clusters_of_databases() if aurora else self._instances_of_databases()

    def client(self, service: str, region: str) -> Any:
        """A client of the emulator."""
        return self.emulator.client(service, region)

    def note(self, state: Json) -> None:
        """What the states of the stacks say."""
        self.state.write_text(json.dumps(state))

    def situation(self) -> Situation:
        """What a command finds."""
        progress = Progress(Console(file=StringIO()))
        found = Situation(self.pair, Waiting(progress=progress, poll=0.05, minutes=0.5))
        found.primary, found.recovery = Applied(self, PRIMARY), Applied(self, RECOVERY)  # type: ignore[assignment]
        return found

    def writer(self) -> str:
        """The region of the writer, by boto3."""
        if self.aurora:
            for _ in range(2):  # a failover is over by the second look
                (found,) = self.client("rds", AWAY).describe_global_clusters()["GlobalClusters"]
            return str(
                next(one for one in found["GlobalClusterMembers"] if one["IsWriter"])["DBClusterArn"]
            ).split(":")[3]
        if self.backup:
            return AWAY if self.client("rds", AWAY).describe_db_instances()["DBInstances"] else HOME
        return HOME if self.instance(AWAY, f"{DATABASE}-recovery")["replica"] else AWAY

    def instance(self, region: str, name: str) -> Json:
        """An instance, by boto3."""
        (one,) = self.client("rds", region).describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return {"id": one["DbiResourceId"], "replica": one.get("ReadReplicaSourceDBInstanceIdentifier")}

    def answer(self) -> str:
        """The region that DNS points to."""
        (zone,) = self._dns.list_hosted_zones()["HostedZones"]
        answer = self._dns.test_dns_answer(HostedZoneId=zone["Id"], RecordName=HOST, RecordType="A")
        (target,) = answer["RecordData"]
        return next(region for region in (HOME, AWAY) if f".{region}." in target)

    def tasks(self) -> dict[str, int]:
        """The tasks that run, by region."""
        found = {}
        for region, stack in ((HOME, PRIMARY), (AWAY, RECOVERY)):
            ecs = self.client("ecs", region)
            (one,) = ecs.describe_services(cluster=stack, services=["api"])["services"]
            found[region] = one["runningCount"]
        return found

    def scale(self, stack: str, tasks: int) -> None:
        """As an apply does."""
        region = HOME if stack == PRIMARY else AWAY
        self.client("ecs", region).update_service(cluster=stack, service="api", desiredCount=tasks)

    def replicate(self) -> None:
        """Make the recovery's instance a replica, as an apply does."""
        self.client("rds", AWAY).create_db_instance_read_replica(
            DBInstanceIdentifier=f"{DATABASE}-recovery",
            SourceDBInstanceIdentifier=f"arn:aws:rds:{HOME}:123456789012:db:{DATABASE}",
            SourceRegion=HOME,
            KmsKeyId=KEYS[AWAY],
            DBSubnetGroupName="shop",
            DeletionProtection=True,
        )

    def _instances_of_databases(self) -> None:
        rds = self.client("rds", HOME)
        family = {"DBParameterGroupFamily": "postgres16", "Description": "shop"}
        rds.create_db_parameter_group(DBParameterGroupName="shop", **family)
        rds.create_db_instance(
            DBInstanceIdentifier=DATABASE,
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            BackupRetentionPeriod=7,
            StorageEncrypted=True,
            KmsKeyId=KEYS[HOME],
            DBSubnetGroupName="shop",
            DBParameterGroupName="shop",
            **LOGIN,
        )
        if self.backup:
            self.client("rds", AWAY).start_db_instance_automated_backups_replication(
                SourceDBInstanceArn=f"arn:aws:rds:{HOME}:123456789012:db:{DATABASE}",
                SourceRegion=HOME,
                KmsKeyId=KEYS[AWAY],
            )
        else:
            self.replicate()
        state = json.loads(self.state.read_text())
        state[PRIMARY]["id"] = self.instance(HOME, DATABASE)["id"]
        self.note(state)

    def _clusters_of_databases(self) -> None:
        home, away = self.client("rds", HOME), self.client("rds", AWAY)
        cluster = {"Engine": "aurora-postgresql"}
        made = home.create_db_cluster(DBClusterIdentifier=DATABASE, **cluster, **LOGIN)["DBCluster"]
        arn = made["DBClusterArn"]
        home.create_global_cluster(GlobalClusterIdentifier="shop", SourceDBClusterIdentifier=arn)
        own = f"{DATABASE}-recovery"
        member = {"GlobalClusterIdentifier": "shop", "DBSubnetGroupName": "shop"}
        away.create_db_cluster(DBClusterIdentifier=own, **member, **cluster)

    def _balancer(self, region: str) -> Json:
        stack = PRIMARY if region == HOME else RECOVERY
        ec2, elbv2, ecs = (self.client(name, region) for name in ("ec2", "elbv2", "ecs"))
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"{region}{zone}")
            for place, zone in enumerate("ab")
        ]
        ids = [one["Subnet"]["SubnetId"] for one in subnets]
        self._subnets = {**getattr(self, "_subnets", {}), region: ids}
        (balancer,) = elbv2.create_load_balancer(Name="shop", Subnets=ids)["LoadBalancers"]
        group = elbv2.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
        target = group["TargetGroups"][0]["TargetGroupArn"]
        forward = {"Type": "forward", "TargetGroupArn": target}
        elbv2.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[forward]
        )
        firewall = ec2.create_security_group(VpcId=vpc, GroupName="web", Description="web")["GroupId"]
        ecs.create_cluster(clusterName=stack)
        container = {"name": "api", "image": "api", "memory": 128}
        ecs.register_task_definition(family="api", networkMode="awsvpc", containerDefinitions=[container])
        ecs.create_service(
            cluster=stack,
            serviceName="api",
            taskDefinition="api",
            desiredCount=1 if region == HOME else 0,
            loadBalancers=[{"containerName": "api", "containerPort": 80, "targetGroupArn": target}],
            networkConfiguration={"awsvpcConfiguration": {"subnets": ids, "securityGroups": [firewall]}},
        )
        return dict(balancer)

    def _records(self, balancers: dict[str, Json]) -> None:
        zone = self._dns.create_hosted_zone(Name=ZONE, CallerReference="z")["HostedZone"]["Id"]
        for region, role in ((HOME, "PRIMARY"), (AWAY, "SECONDARY")):
            name = balancers[region]["DNSName"]
            config = {"Type": "HTTPS", "FullyQualifiedDomainName": name, "Port": 443}
            check = self._dns.create_health_check(CallerReference=role, HealthCheckConfig=config)
            target = {
                "HostedZoneId": balancers[region]["CanonicalHostedZoneId"],
                "DNSName": name,
                "EvaluateTargetHealth": False,
            }
            record = {
                "Name": HOST,
                "Type": "A",
                "SetIdentifier": role.lower(),
                "Failover": role,
                "HealthCheckId": check["HealthCheck"]["Id"],
                "AliasTarget": target,
            }
            changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
            self._dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


@cache
def made(stack: str, region: str) -> Clients:
    """One for all runs: to make a client takes longer than to ask it."""
    return Clients(stack, region)


def clients(stack: str, region: str, *, retries: object) -> Clients:
    """As commands make them."""
    del retries
    return made(stack, region)


def clear(monkeypatch: Any, emulator: Emulator) -> None:
    """Let the commands of this process find the emulator; nobody holds a lock there."""
    monkeypatch.setattr(situations, "Clients", clients)
    for name, value in emulator.environment(HOME).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(situations, "holders", lambda _: [])
