"""Patches of Service Quotas, by what its API reference says."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-central-1"


@pytest.mark.parametrize(
    ("service", "code", "name"),
    [
        ("vpc", "L-F678F1CE", "VPCs per Region"),
        ("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs"),
        ("fargate", "L-36FBB829", "Fargate Spot vCPU resource count"),
    ],
)
def test_a_quota_has_a_default_in_its_region(
    module_emulator: Emulator, service: str, code: str, name: str
) -> None:
    client = module_emulator.client("service-quotas", REGION)
    quota = client.get_aws_default_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]
    assert (quota["QuotaName"], quota["Value"] > 0) == (name, True)
    assert quota["QuotaArn"] == f"arn:aws:servicequotas:{REGION}::{service}/{code}"
    assert quota in client.list_aws_default_service_quotas(ServiceCode=service)["Quotas"]


def test_nobody_has_changed_a_quota_and_others_do_not_exist(module_emulator: Emulator) -> None:
    client = module_emulator.client("service-quotas", REGION)
    changed, default = client.get_service_quota, client.get_aws_default_service_quota
    for ask, service, code in (
        (changed, "fargate", "L-3032A538"),
        (default, "fargate", "L-00000000"),
        (default, "quantum", "L-3032A538"),
    ):
        with pytest.raises(ClientError) as refused:
            ask(ServiceCode=service, QuotaCode=code)
        assert refused.value.response["Error"]["Code"] == "NoSuchResourceException"
    with pytest.raises(ClientError, match="NoSuchResourceException"):
        client.list_aws_default_service_quotas(ServiceCode="quantum")
