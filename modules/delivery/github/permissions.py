"""What the roles of workflows that only read may do, and what all of them share. Pure.

A wider permission than a name has its reason where it stands, and in this folder's README.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...iam.policy import Statement
from ...regions import endpoint

_SECRET_VALUES = ("secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue")
_PARAMETERS = ("ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath")


RANDOM = Statement(
    sid="RandomPassword",
    actions=["secretsmanager:GetRandomPassword"],
    resources=["*"],
    wildcard_reason="it takes no resource, and keeps nothing",
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the resources of a stack are, as ARNs have it."""

    partition: str
    account_id: str
    region: str

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """The ARN of a resource."""
        place = self.region if region is None else region
        account = "" if service == "s3" else self.account_id
        return f"arn:{self.partition}:{service}:{'' if service == 's3' else place}:{account}:{resource}"


def no_secret(region: str) -> Iterator[Statement]:
    """Deny the values of secrets, whatever else is attached or a key's own policy says.

    The key `aws/ssm` lets everyone in the account decrypt through Systems Manager. The states' key decrypts
    through S3.
    """
    yield Statement(sid="NoSecret", effect="Deny", actions=[*_SECRET_VALUES, *_PARAMETERS], resources=["*"])
    yield Statement(
        sid="NoDecryption",
        effect="Deny",
        actions=["kms:Decrypt"],
        resources=["*"],
        conditions={"StringNotEquals": {"kms:ViaService": endpoint("s3", region)}},
    )


def planning(region: str) -> Iterator[Statement]:
    """Plan without secrets and without refreshing: the provider asks for a random password alone."""
    yield RANDOM
    yield from no_secret(region)


def looking_for_drift(places: Sequence[tuple[str, Place]]) -> Iterator[Statement]:
    """Read the values that a refresh reads, of the stacks alone; the rest is in ReadOnlyAccess."""
    yield Statement(
        sid="Secrets",
        actions=["secretsmanager:GetSecretValue"],
        resources=[place.arn("secretsmanager", f"secret:{stack}-*") for stack, place in places],
    )
    yield RANDOM
    stacks, (_, place) = [stack for stack, _ in places], places[0]
    yield decrypting(stacks, place, regions=[place.region], written=False)


def decrypting(stacks: Sequence[str], place: Place, *, regions: Sequence[str], written: bool) -> Statement:
    """Use the keys of stacks through the services that keep secrets and files, by the keys' aliases."""
    services = ("secretsmanager", "ssm", "s3", "sns")
    via = [endpoint(service, region) for region in regions for service in services]
    return Statement(
        sid="Decryption",
        actions=["kms:Decrypt", *(["kms:Encrypt", "kms:GenerateDataKey"] if written else [])],
        resources=[place.arn("kms", "key/*", region=region) for region in regions],
        conditions={
            "StringEquals": {"kms:ViaService": via},
            "ForAnyValue:StringLike": {"kms:ResourceAliases": [f"alias/{stack}-*" for stack in stacks]},
        },
    )
