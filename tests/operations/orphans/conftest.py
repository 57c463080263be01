"""A stack of small things on the emulator, of which an apply that was killed made some."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

import backend
from aws_emulator import Emulator
from stacks.ohi.settings import DEV

STACK, REGION = "ohi-dev", "eu-west-1"
TAGS = {
    "Project": DEV.environment.tags.values["Project"],
    "Environment": DEV.environment.tags.values["Environment"],
}
Json = dict[str, Any]


def tags(**more: str) -> list[dict[str, str]]:
    """The stack's tags, and others, as most of AWS's calls take them."""
    return [{"Key": name, "Value": value} for name, value in {**TAGS, **more}.items()]


def specification(kind: str, name: str) -> list[Json]:
    """The tags as EC2 takes them."""
    return [{"ResourceType": kind, "Tags": tags(Name=name)}]


class LeftBehind:
    """The stack's project, and the AWS in which something of it is."""

    def __init__(self, project: Any) -> None:
        self.project = project
        self.emulator: Emulator = project.emulator

    def client(self, service: str, region: str = REGION) -> Any:
        """A client of the emulator."""
        return self.emulator.client(service, region)

    def write(self, resources: Mapping[str, Json], **more: Any) -> None:
        """The code: bodies by address."""
        self.project.write({**{f"resource.{address}": body for address, body in resources.items()}, **more})

    def state(self, resources: Mapping[str, Json]) -> None:
        """The state: attributes by address, in the format of Terraform's version 4."""
        settings = backend.s3_states().of(STACK)
        written = [
            {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": attributes}]}
            for address, attributes in resources.items()
            for kind, _, name in (address.partition("."),)
        ]
        body = json.dumps({"version": 4, "serial": 1, "resources": written}).encode()
        s3 = self.client("s3", settings.region)
        s3.put_object(Bucket=settings.bucket, Key=backend.state_key(STACK), Body=body)

    def found(self, *words: str, **environment: str) -> Json:
        """What `infra orphans --json` says; `adopt` by address, the others by ARN."""
        run = self.project.infra("orphans", STACK, "--json", *words, **environment)
        assert run.returncode == 0, run.stderr
        assert "Traceback" not in run.stderr
        document: Json = json.loads(run.stdout)
        adopt = {one["address"]: one["id"] for one in document["adopt"]}
        lists = {
            name: {one["arn"]: one["why"] for one in document[name]} for name in ("left", "not_of_terraform")
        }
        return {**document, **lists, "adopt": adopt}

    def network(self, name: str = "shop-vpc") -> str:
        """A network with the stack's tags."""
        made = self.client("ec2").create_vpc(
            CidrBlock="10.0.0.0/16", TagSpecifications=specification("vpc", name)
        )
        return str(made["Vpc"]["VpcId"])


@pytest.fixture
def left(project: Any) -> LeftBehind:
    return LeftBehind(project)
