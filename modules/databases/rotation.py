"""The rotation of a password that RDS makes."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.secretsmanager_secret_rotation import (
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from constructs import Construct


def create_rotation(scope: Construct, *, secret_arn: str, days: int) -> SecretsmanagerSecretRotation:
    """A rotation every so many days; not at once, since the password has just been made."""
    return SecretsmanagerSecretRotation(
        scope,
        "rotation",
        secret_id=secret_arn,
        rotate_immediately=False,
        rotation_rules=SecretsmanagerSecretRotationRotationRules(automatically_after_days=days),
    )
