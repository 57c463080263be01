"""Settings of networks and their endpoints. Pure."""

from collections.abc import Iterator
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..errors import Problem, refusal
from ..log_retention import RetentionDays
from ..settings import settings
from ..values import Text
from .subnet_plan import Tier, subnet_problems


class NatGateways(StrEnum):
    """Number of NAT gateways, by which private subnets reach the internet."""

    NONE = "none"  # no internet access: VPC endpoints only, or tasks in public subnets
    SINGLE = "single"  # one for all zones: cheaper, and unavailable when its zone fails
    ONE_PER_ZONE = "one-per-zone"  # the failure of a zone affects no other


# Amazon S3 user guide, "General purpose bucket naming rules"; IAM: `*` in an ARN.
_BucketPattern = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9.*-]+",
        longest=63,
        allowed="the name of a bucket, or '*'",
    ),
]
# EC2 API: DescribeVpcEndpointServices, names behind `com.amazonaws.<region>.`.
_EndpointService = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9][a-z0-9._-]*",
        longest=128,
        allowed="the service's part alone, such as ecr.api",
        fix="drop 'com.amazonaws.<region>.'",
    ),
]


@settings
class FlowLogSettings:
    """Flow logs of the VPC in CloudWatch."""

    retention_days: RetentionDays = 30
    # Amazon VPC user guide, "Flow log basics": 60 or 600 seconds.
    aggregation_seconds: Literal[60, 600] = 600


@settings
class NetworkSettings:
    """A VPC with a subnet for each tier and zone. Zones are letters: "a" in eu-west-1 is eu-west-1a."""

    cidr: IPv4Network
    zones: tuple[str, ...]
    tiers: tuple[Tier, ...] = tuple(Tier)
    nat_gateways: NatGateways = NatGateways.ONE_PER_ZONE
    # False: no NAT gateways while the stack is paused, when Lambda functions in private subnets reach AWS by
    # endpoints alone. Their Elastic IPs stay, and with them what others allow.
    nat_while_paused: bool = True
    # None: no flow logs.
    flow_logs: FlowLogSettings | None = FlowLogSettings()
    # Gateway endpoints cost nothing and keep traffic to S3 and DynamoDB off the NAT gateways.
    gateway_endpoints: tuple[Literal["s3", "dynamodb"], ...] = ("s3",)
    # Buckets of other accounts in this region whose files may be read; "*" for all. Those of the account, of
    # ECR's image layers and of Amazon Linux are reached without.
    foreign_buckets: tuple[_BucketPattern, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Addresses, tiers and zones that don't fit; NAT gateways without public subnets; duplicates."""
        yield from subnet_problems(self.cidr, self.tiers, self.zones)
        if len(set(self.gateway_endpoints)) != len(self.gateway_endpoints):
            got = refusal(got=self.gateway_endpoints, allowed="each one once", fix="remove the double")
            yield Problem(where="gateway_endpoints", what=got)
        if self.nat_gateways is not NatGateways.NONE and Tier.PUBLIC not in self.tiers:
            got = refusal(
                got=f"{self.nat_gateways} without the public tier",
                allowed="NAT gateways in public subnets",
                fix="add the public tier or choose none",
            )
            yield Problem(where="nat_gateways", what=got)


# What ECS tasks on Fargate need where there is no NAT gateway: images, logs, parameters, ECS Exec (Amazon ECS
# developer guide, "Amazon ECS interface VPC endpoints"). Image layers come by the gateway endpoint of S3; a
# stack with a secret needs `secretsmanager` too, EC2 instances with Session Manager `ec2messages`.
TASK_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "ssm", "ssmmessages")


@settings
class InterfaceEndpointSettings:
    """AWS services with an interface endpoint, such as `ecr.api` or `secretsmanager`.

    Each has a network interface, with a price of its own, in the first `zones` of the network, or in all for
    None. From the other zones it is reached across zones, and not at all while its zones fail.
    """

    services: tuple[_EndpointService, ...]
    zones: Annotated[int, Field(ge=1, le=6)] | None = None

    @field_validator("services")
    @classmethod
    def _service_names(cls, services: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [name for name in services if not name or name.startswith("com.amazonaws.")]
        if wrong:
            allowed = "the service's part alone, such as ecr.api"
            raise ValueError(refusal(got=wrong, allowed=allowed, fix="drop 'com.amazonaws.<region>.'"))
        if len(set(services)) != len(services):
            raise ValueError(refusal(got=services, allowed="each one once", fix="remove the double"))
        return services
