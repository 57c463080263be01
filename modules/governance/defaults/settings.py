"""Settings of what holds in an account by default. Pure."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Text

_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")

# IAM API: CreateServiceLinkedRole, AWSServiceName.
_ServicePrincipal = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9_+=,.@-]+",
        longest=128,
        allowed="a service such as ecs.amazonaws.com",
    ),
]


@settings
class PasswordPolicy:
    """Passwords of IAM users, as CIS asks for them; of no effect where people use IAM Identity Center."""

    length: Annotated[int, Field(ge=14, le=128)] = 14
    # Old passwords that can't be taken again.
    remembered: Annotated[int, Field(ge=1, le=24)] = 24


@settings
class AccountDefaultSettings:
    """What holds for the whole account: S3 is never public, passwords are long."""

    passwords: PasswordPolicy | None = PasswordPolicy()


@settings
class RegionDefaultSettings:
    """What holds for a region: EBS is encrypted, snapshots, images and EMR are never public, IMDSv2 alone."""

    # Hops that an answer of the metadata service may take: 2 reach containers on an instance.
    metadata_hops: Annotated[int, Field(ge=1, le=64)] = 1


@settings
class ServiceLinkedRoleSettings:
    """Service-linked roles that Terraform creates.

    None by default: AWS makes them when a service is first used, and CreateServiceLinkedRole fails where one
    exists. An account alone knows which it has; Terraform can't ask and create by the answer, since the next
    plan, in which the role exists, would destroy it.
    """

    # Such as config.amazonaws.com, in an account that never had it.
    services: tuple[_ServicePrincipal, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """No principal of a service, or one twice."""
        for one in self.services:
            if not _SERVICE.fullmatch(one) or self.services.count(one) > 1:
                allowed = "principals such as config.amazonaws.com, each once"
                why = refusal(got=repr(one), allowed=allowed, fix="correct the list")
                yield Problem(where="services", what=why)
