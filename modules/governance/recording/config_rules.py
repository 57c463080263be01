"""The managed rules of AWS Config that are reviewed: what each finds, and why it is asked for. Pure.

Small on purpose: Security Hub brings the rules of its standards itself, and each evaluation is charged.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Anything, Line, VariableName

_IDENTIFIER = re.compile(r"[A-Z0-9]+(_[A-Z0-9]+)*")


@settings
class ManagedRule:
    """A managed rule of AWS Config ("List of AWS Config Managed Rules", AWS Config developer guide)."""

    # Such as REQUIRED_TAGS.
    identifier: str
    # What it finds, and why that matters: the rule's description.
    reason: Line
    parameters: Mapping[VariableName, Anything] = field(default_factory=dict)
    # For rules that AWS runs by time; others run when a resource changes.
    every: Literal["TwentyFour_Hours", "Twelve_Hours"] | None = None

    @property
    def name(self) -> str:
        """The identifier as a part of a name: required-tags."""
        return self.identifier.lower().replace("_", "-")

    def problems(self) -> Iterator[Problem]:
        """An identifier that AWS can't have, and no reason, or one that is too long for a description."""
        if not _IDENTIFIER.fullmatch(self.identifier):
            allowed = "capitals joined by _, such as REQUIRED_TAGS"
            why = refusal(got=repr(self.identifier), allowed=allowed, fix="correct it")
            yield Problem(where="identifier", what=why)
        # AWS Config API: ConfigRule, Description.
        if not 1 <= len(self.reason.strip()) <= 256:
            got = f"{len(self.reason.strip())} characters"
            why = refusal(got=got, allowed="1 to 256 characters", fix="say why it is asked for")
            yield Problem(where=f"{self.identifier}.reason", what=why)


REVIEWED = (
    ManagedRule(
        identifier="REQUIRED_TAGS",
        reason="Resources without the tags that every stack gives were made by hand: nobody owns them.",
        parameters={"tag1Key": "Project", "tag2Key": "Environment", "tag3Key": "Owner"},
    ),
    ManagedRule(
        identifier="VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS",
        reason="Only load balancers are open to the internet, on 80 and 443.",
        parameters={"authorizedTcpPorts": "80,443"},
    ),
    ManagedRule(
        identifier="ACM_CERTIFICATE_EXPIRATION_CHECK",
        reason="A certificate that ACM could not renew takes its domain down on the day it ends.",
        parameters={"daysToExpiration": "30"},
        every="TwentyFour_Hours",
    ),
    ManagedRule(
        identifier="DB_INSTANCE_BACKUP_ENABLED",
        reason="A database without backups, made or changed by hand, can't be restored.",
    ),
    ManagedRule(
        identifier="ECS_NO_ENVIRONMENT_SECRETS",
        reason="A key in a task definition's environment is read by whoever may describe it.",
        parameters={"secretKeys": "AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY,PASSWORD,SECRET_KEY,DATABASE_URL"},
    ),
)
