"""A failover and a failback of two small stacks that Terraform applies, by the real `infra`."""

from __future__ import annotations

import json
import signal
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import backend
from aws_emulator import Emulator
from operations.sandbox.workspace import PROVIDER_VERSIONS, prepare_state
from operations.stacks import initialize
from operations.terraform import Terraform
from stacks.catalogue import catalogue
from tests.operations.conftest import Project

PRIMARY, RECOVERY = "ohi-prod", "ohi-prod-recovery"
pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(RECOVERY not in catalogue(), reason=f"no settings of {RECOVERY}"),
]
HOME, AWAY = "eu-west-1", "eu-central-1"
ADDRESS, HOST = "aws_db_instance.database", "api.shop.example"
ARN = f"arn:aws:rds:{HOME}:${{data.aws_caller_identity.account.account_id}}:db:shop"
Json = dict[str, Any]

MAIN = f"""
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
import backend
from stacks.base import Stack
from stacks.entry import Entry
from stacks.ohi.settings import DEV
from stacks.output import DOCUMENT, output_directory
from stacks.synthesis import synthesize

def build(scope, state, *, name, region):
    environment = replace(DEV.environment, region=region)
    stack = Stack(scope, name, environment=environment, state=state)
    stack.add_override("terraform.required_providers.aws.version", {PROVIDER_VERSIONS!r})
    contents = json.loads(Path(__file__).with_name("contents.json").read_text())
    for path, value in contents.get(name, {{}}).items():
        stack.add_override(path, value)

entries = [
    Entry(name=name, build=partial(build, name=name, region=region), tag_policy=DEV.environment.tags.policy,
          networks=(), domains=())
    for name, region in (({PRIMARY!r}, {HOME!r}), ({RECOVERY!r}, {AWAY!r}))
]
synthesize(entries, state=backend.load(), output=output_directory(), known=[one.name for one in entries])
for one in entries:
    file = output_directory() / "stacks" / one.name / DOCUMENT
    document = json.loads(file.read_text())
    for provider in document["provider"]["aws"]:
        # Route 53 takes ten tags at once; which those are is not what this is about.
        del provider["default_tags"]
    file.write_text(json.dumps(document))
"""


def _network(region: str) -> Json:
    found: Json = {
        "resource.aws_vpc.vpc": {"cidr_block": "10.0.0.0/16"},
        "resource.aws_kms_key.key": {"description": "shop"},
    }
    for place, zone in enumerate("ab"):
        found[f"resource.aws_subnet.{zone}"] = {
            "vpc_id": "${aws_vpc.vpc.id}",
            "cidr_block": f"10.0.{place}.0/24",
            "availability_zone": f"{region}{zone}",
        }
    subnets = ["${aws_subnet.a.id}", "${aws_subnet.b.id}"]
    found["resource.aws_db_subnet_group.shop"] = {"name": "shop", "subnet_ids": subnets}
    return found


def _instance(**given: Any) -> Json:
    return {
        "instance_class": "db.t4g.micro",
        "db_subnet_group_name": "${aws_db_subnet_group.shop.name}",
        "kms_key_id": "${aws_kms_key.key.arn}",
        "storage_encrypted": True,
        "backup_retention_period": 7,
        "skip_final_snapshot": True,
        "apply_immediately": True,
        **given,
    }


def _answers(role: str, zone: str) -> Json:
    check = {"type": "HTTPS", "fqdn": f"{role.lower()}.lb.example", "port": 443, "failure_threshold": 3}
    check |= {"request_interval": 30, "lifecycle": [{"ignore_changes": ["disabled", "invert_healthcheck"]}]}
    record = {
        "zone_id": zone,
        "name": HOST,
        "type": "CNAME",
        "ttl": 60,
        "records": [f"{role.lower()}.lb.example"],
        "set_identifier": role.lower(),
        "failover_routing_policy": [{"type": role}],
        "health_check_id": "${aws_route53_health_check.check.id}",
    }
    return {"resource.aws_route53_health_check.check": check, "resource.aws_route53_record.api": record}


def _flag(name: str) -> Json:
    return {
        f"variable.{name}": {"type": "bool", "default": False, "nullable": False},
        f"output.{name}": {"value": f"${{var.{name}}}"},
    }


def contents() -> Json:
    """Both stacks: a database, a name, and a queue that is as quick as the stack is not paused."""
    delay = "${var.infrastructure_paused ? 0 : 5}"
    whole = {"identifier": "shop", "engine": "postgres", "engine_version": "16.9", "allocated_storage": 20}
    login = {"username": "app", "password": "not-a-secret"}
    source = f'${{var.recovery_active ? null : "{ARN}"}}'
    primary = {
        **_network(HOME),
        **_flag("infrastructure_paused"),
        f"resource.{ADDRESS}": _instance(**whole, **login, deletion_protection=True),
        "resource.aws_route53_zone.zone": {"name": "shop.example"},
        **_answers("PRIMARY", "${aws_route53_zone.zone.zone_id}"),
        "resource.aws_sqs_queue.work": {"name": "work", "delay_seconds": delay},
    }
    recovery = {
        **_network(AWAY),
        **_flag("infrastructure_paused"),
        **_flag("recovery_active"),
        "data.aws_caller_identity.account": {},
        "data.aws_route53_zone.zone": {"name": "shop.example"},
        f"resource.{ADDRESS}": _instance(
            identifier="shop-recovery",
            replicate_source_db=source,
        ),
        **_answers("SECONDARY", "${data.aws_route53_zone.zone.zone_id}"),
    }
    return {PRIMARY: primary, RECOVERY: recovery}


class Two(Project):
    """A project of the two stacks, deployed."""

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        super().__init__(directory, emulator)
        (directory / "main.py").write_text(MAIN)
        for stack in (PRIMARY, RECOVERY):
            settings = backend.s3_states().of(stack)
            places = {"bucket": settings.bucket, "dynamodb_table": settings.dynamodb_table}
            prepare_state(emulator, {**places, "region": settings.region})

    def terraform(self, stack: str) -> Terraform:
        """Terraform in the directory of a stack."""
        region = HOME if stack == PRIMARY else AWAY
        return Terraform(
            self.directory / "output/stacks" / stack, environment=self.emulator.environment(region)
        )

    def recovery(self, *words: str) -> str:
        """Run `infra recovery` to its end, and give what it printed."""
        ran = self.infra("recovery", PRIMARY, *words)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def is_settled(self, *, active: bool, paused: bool) -> bool:
        """Whether both plans are empty."""
        flags = {PRIMARY: {"infrastructure_paused": paused}, RECOVERY: {"recovery_active": active}}
        return all(
            self.terraform(stack).plan(variables={name: str(on).lower() for name, on in given.items()}).empty
            for stack, given in flags.items()
        )

    def source(self, region: str, name: str) -> str | None:
        """What an instance is a replica of, by boto3."""
        (one,) = self.emulator.client("rds", region).describe_db_instances(DBInstanceIdentifier=name)[
            "DBInstances"
        ]
        found: str | None = one.get("ReadReplicaSourceDBInstanceIdentifier")
        return found

    def answer(self) -> str:
        """What Route 53 answers with."""
        dns = self.emulator.client("route53", HOME)
        (zone,) = dns.list_hosted_zones()["HostedZones"]
        found = dns.test_dns_answer(HostedZoneId=zone["Id"], RecordName=HOST, RecordType="CNAME")
        return str(found["RecordData"][0])


def test_a_failover_and_a_failback_leave_both_plans_empty(
    session_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_emulator.reset()
    for name, value in session_emulator.environment(HOME).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    project = Two(tmp_path, session_emulator)
    project.write(contents())
    assert project.infra("state", "list").returncode == 0
    refused = project.infra("recovery", PRIMARY, "failover", "--switchover")
    assert refused.returncode == 2
    assert f"{RECOVERY}: got nothing that is deployed" in refused.stderr
    for stack in (PRIMARY, RECOVERY):
        initialize(project.terraform(stack))
        project.terraform(stack).apply()
    assert project.is_settled(active=False, paused=False)
    assert (project.source(AWAY, "shop-recovery"), project.answer()) == (
        f"arn:aws:rds:{HOME}:123456789012:db:shop",
        "primary.lb.example",
    )
    shown = json.loads(project.recovery("status", "--json"))
    assert {one["verdict"] for one in shown["checks"]} == {"ok", "warning"}

    refused = project.infra("recovery", PRIMARY, "failover", "--yes")
    assert refused.returncode == 2
    assert f"{PRIMARY}: got a primary that answers" in refused.stderr
    asked = project.infra("recovery", PRIMARY, "failover", "--primary-is-lost", "--dry-run")
    assert "asks first: Promote shop-recovery" in asked.stdout
    _stopped(project)
    project.recovery("failover", "--switchover", "--yes", "--poll", "0.1")
    assert (project.source(AWAY, "shop-recovery"), project.answer()) == (None, "secondary.lb.example")
    assert project.is_settled(active=True, paused=True)

    project.recovery("failback", "--yes", "--poll", "0.1")
    assert project.source(HOME, "shop") is None
    assert (project.source(AWAY, "shop-recovery"), project.answer()) == (
        f"arn:aws:rds:{HOME}:123456789012:db:shop",
        "primary.lb.example",
    )
    assert project.is_settled(active=False, paused=False)
    assert "already" in project.recovery("failback", "--dry-run")


def _stopped(project: Two) -> None:
    """Ctrl-C while the primary is paused: nothing is said to be done that isn't."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(120)
        here = f"http://127.0.0.1:{silent.getsockname()[1]}"
        words = ["recovery", PRIMARY, "failover", "--switchover", "--yes"]
        with project.start(*words, AWS_ENDPOINT_URL_SQS=here) as process:
            asked, _ = silent.accept()
            with closing(asked):
                process.send_signal(signal.SIGINT)
                output, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert f"to go on from here: infra recovery {PRIMARY} failover --switchover" in output
    assert project.answer() == "primary.lb.example"
