"""Rotation of a password that RDS manages."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.secretsmanager_secret_rotation import (
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from constructs import Construct


def create_rotation(scope: Construct, *, secret_arn: str, days: int) -> SecretsmanagerSecretRotation:
    """A rotation schedule in days; not rotated immediately, since the password is new."""
    return SecretsmanagerSecretRotation(
        scope,
        "rotation",
        secret_id=secret_arn,
        rotate_immediately=False,
        rotation_rules=SecretsmanagerSecretRotationRotationRules(automatically_after_days=days),
    )
