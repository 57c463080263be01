"""A secret in Secrets Manager, still without a version."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.secretsmanager_secret import (
    SecretsmanagerSecret,
    SecretsmanagerSecretReplica,
)
from constructs import Construct

from ..context import Context
from ..kms.key import Key
from ..naming import Limit
from ..resilience.recovery.key import RecoveryKey

# Secrets Manager API: DeleteSecret, RecoveryWindowInDays, 7 to 30, or deletion at once.
_RECOVERY_DAYS = 30


def create_secret(
    scope: Construct,
    id: str,
    *,
    context: Context,
    name: str,
    description: str,
    key: Key,
    protected: bool,
    replica_key: RecoveryKey | None = None,
) -> SecretsmanagerSecret:
    """Create a secret that `key` encrypts. Its name has a unique suffix: AWS reserves that of a deleted one.

    `protected` sets `prevent_destroy`, and the longest recovery window; else it is deleted at once. With
    `replica_key`, Secrets Manager keeps a replica in the key's region, to which it brings each new version,
    of a rotation too.
    """
    replica = (
        SecretsmanagerSecretReplica(region=replica_key.region, kms_key_id=replica_key.arn)
        if replica_key
        else None
    )
    return SecretsmanagerSecret(
        scope,
        id,
        name_prefix=context.naming.prefix(Limit.SECRET, name),
        description=description,
        kms_key_id=key.arn,
        replica=[replica] if replica else None,
        recovery_window_in_days=_RECOVERY_DAYS if protected else 0,
        tags=context.tags.override(DataClassification="confidential"),
        lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
    )
