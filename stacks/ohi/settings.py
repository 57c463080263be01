"""OHI's environments: PROD whole, the others as deviations, each with its reason. Pure."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from modules.naming import Naming
from modules.networking.settings import (
    FlowLogSettings,
    InterfaceEndpointSettings,
    NatGateways,
    NetworkSettings,
)
from modules.settings import settings
from modules.tagging import OHI_TAGS, Tags
from stacks.environment import Environment
from stacks.ohi.services import Column, Service, services


@settings
class OhiSettings:
    """One environment of OHI."""

    environment: Environment
    network: NetworkSettings
    endpoints: InterfaceEndpointSettings = InterfaceEndpointSettings(
        services=("ecr.api", "ecr.dkr", "secretsmanager", "logs")
    )
    services: tuple[Service, ...] = services(Column.PROD)


def _environment(name: str) -> Environment:
    values = {
        "Project": "OHI",
        "Environment": name,
        "Owner": "platform-team",
        "CostCenter": "ohi-platform",
        "Service": "platform",
        "ManagedBy": "Terraform",
        "CreatedBy": "cdktf",
        # A date from the configuration, not of today: synthesizing tomorrow must not change the plan.
        "CreatedDate": "2026-11-21",
        "DataClassification": "internal",
        "BackupPolicy": "none",
        "Compliance": "NDPA",
    }
    return Environment(
        naming=Naming(product="ohi", environment=name), tags=Tags(policy=OHI_TAGS, values=values)
    )


PROD = OhiSettings(
    environment=_environment("prod"),
    network=NetworkSettings(cidr=IPv4Network("10.10.0.0/16"), zones=("a", "b", "c")),
)

STAGING = replace(
    PROD,
    environment=_environment("staging"),
    network=replace(
        PROD.network,
        cidr=IPv4Network("10.20.0.0/16"),
        # Seven days are enough to look into a failed rehearsal.
        flow_logs=FlowLogSettings(retention_days=7),
    ),
    # A rehearsal carries no load: about half of prod's sizes.
    services=services(Column.STAGING),
)

DEV = replace(
    STAGING,
    environment=_environment("dev"),
    network=replace(
        STAGING.network,
        cidr=IPv4Network("10.30.0.0/16"),
        # A zone may fail in dev; two more NAT gateways would cost twice what the rest of the network does.
        nat_gateways=NatGateways.SINGLE,
    ),
    # The smallest tasks that run, one of each.
    services=services(Column.DEV),
)
