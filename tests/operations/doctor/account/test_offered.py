"""What a region offers today: endpoints and versions, asked of AWS."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from aws_emulator import Emulator
from operations.doctor.account import offered
from operations.doctor.account.target import Target
from operations.doctor.findings import Verdict
from tests.operations.doctor.account.conftest import REGION, document

pytestmark = pytest.mark.emulator


def found(emulator: Emulator, resources: dict[str, Any]) -> list[tuple[Verdict, str]]:
    settings = emulator.settings(REGION)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        target = Target(stack="shop-prod", document=document(resources), session=boto3.Session())
        return [(one.verdict, one.found) for one in offered.findings(target)]


def test_what_a_region_lacks_is_named_and_what_it_has_is_ok(module_emulator: Emulator) -> None:
    # moto collects the endpoints of all services at the first call, which takes longer than a check waits.
    module_emulator.client("ec2", REGION).describe_vpc_endpoint_services()
    endpoints = {
        name: {"service_name": f"com.amazonaws.{REGION}.{name}", "vpc_endpoint_type": "Interface"}
        for name in ("secretsmanager", "teleportation")
    }
    databases = {
        version: {"engine": "postgres", "engine_version": version} for version in ("15", "9", "${var.x}")
    }
    everything = {"aws_vpc_endpoint": endpoints, "aws_db_instance": databases}
    assert found(module_emulator, everything) == [
        (Verdict.MISSING, f"{REGION} has no endpoint com.amazonaws.{REGION}.teleportation"),
        (Verdict.MISSING, f"{REGION} has no postgres 9"),
    ]
    del endpoints["teleportation"], databases["9"]
    assert found(module_emulator, everything) == [(Verdict.OK, f"{REGION} has secretsmanager, postgres 15")]
    assert [verdict for verdict, _ in found(module_emulator, {})] == [Verdict.OK]
