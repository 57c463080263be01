"""Quotas of accounts, as AWS publishes their defaults."""

from __future__ import annotations

import json
from typing import Any

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse

from aws_emulator.moto_patches import Patch

# AWS General Reference, "Amazon EC2 endpoints and quotas" and "Amazon ECS endpoints and quotas", the column
# Default: "Each supported Region". Those of VPC are moto's own.
_DEFAULTS: dict[str, tuple[str, dict[str, tuple[str, float]]]] = {
    "ec2": (
        "Amazon Elastic Compute Cloud (Amazon EC2)",
        {"L-0263D0A3": ("EC2-VPC Elastic IPs", 5.0)},
    ),
    "fargate": (
        "AWS Fargate",
        {
            "L-3032A538": ("Fargate On-Demand vCPU resource count", 6.0),
            "L-36FBB829": ("Fargate Spot vCPU resource count", 6.0),
        },
    ),
}


class GetServiceQuota(Patch, of=ServiceQuotasBackend):
    """GetServiceQuota, ListAWSDefaultServiceQuotas (Service Quotas API Reference): those of EC2 and Fargate
    too; moto has VPC's alone. GetServiceQuota: "If the applied quota value is not available for a quota, the
    quota is not retrieved", as for every quota that nobody changed here.
    """

    def list_aws_default_service_quotas(self: Any, service_code: str) -> list[dict[str, Any]]:
        """The defaults of a service, with ARNs of this region and account."""
        name, listed = _DEFAULTS.get(service_code, ("", {}))
        own = [
            {
                "Adjustable": True,
                "GlobalQuota": False,
                "QuotaCode": code,
                "QuotaName": quota,
                "ServiceCode": service_code,
                "ServiceName": name,
                "Unit": "None",
                "Value": value,
            }
            for code, (quota, value) in listed.items()
        ]
        found = own or (VPC_DEFAULT_QUOTAS if service_code == "vpc" else [])
        if not found:
            raise NoSuchResource
        place = f"arn:{self.partition}:servicequotas:{self.region_name}"
        return [{**one, "QuotaArn": f"{place}::{service_code}/{one['QuotaCode']}"} for one in found]

    def get_service_quota(self: Any, service_code: str, quota_code: str) -> dict[str, Any]:
        """None has another value than its default."""
        del self, service_code, quota_code
        raise NoSuchResource


class GetAWSDefaultServiceQuota(Patch, of=ServiceQuotasResponse):
    """GetAWSDefaultServiceQuota (Service Quotas API Reference); moto does not have it."""

    def get_aws_default_service_quota(self: Any) -> str:
        """One of the defaults."""
        asked = json.loads(self.body)
        for one in self.backend.list_aws_default_service_quotas(asked["ServiceCode"]):
            if one["QuotaCode"] == asked["QuotaCode"]:
                return json.dumps({"Quota": one})
        raise NoSuchResource
