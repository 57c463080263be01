"""A secret in Secrets Manager, still without a version."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from constructs import Construct

from ..context import Context
from ..kms.key import Key
from ..naming import Limit

# Secrets Manager API: DeleteSecret, RecoveryWindowInDays, 7 to 30, or deletion at once.
_RECOVERY_DAYS = 30


def create_secret(
    scope: Construct, id: str, *, context: Context, name: str, description: str, key: Key, protected: bool
) -> SecretsmanagerSecret:
    """Create a secret that `key` encrypts. Its name has a unique suffix: AWS reserves that of a deleted one.

    `protected` sets `prevent_destroy`, and the longest recovery window; else it is deleted at once.
    """
    return SecretsmanagerSecret(
        scope,
        id,
        name_prefix=context.naming.prefix(Limit.SECRET, name),
        description=description,
        kms_key_id=key.arn,
        recovery_window_in_days=_RECOVERY_DAYS if protected else 0,
        tags=context.tags.override(DataClassification="confidential"),
        lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
    )
