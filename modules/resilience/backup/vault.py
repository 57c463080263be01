"""A vault of backups."""

from __future__ import annotations

from functools import cached_property

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.backup_vault import BackupVault
from cdktf_cdktf_provider_aws.backup_vault_lock_configuration import BackupVaultLockConfiguration
from constructs import Construct

from ...context import Context
from ...kms.key import Key
from ...naming import Limit
from .vault_lock import VaultLock


class Vault(Construct):
    """A vault with a key of its own, in one region.

    Creates: the key, the vault and its lock. The vault of an unprotected environment is destroyed with its
    backups.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        region: str,
        protected: bool,
        lock: VaultLock | None,
    ) -> None:
        super().__init__(scope, id)
        provider = context.provider_in(region)
        key = Key(self, "key", context=context, purpose=name, protected=protected, provider=provider)
        self._vault = BackupVault(
            self,
            "Default",
            name=context.naming.of(Limit.BACKUP_VAULT, name),
            kms_key_arn=key.arn,
            force_destroy=not protected,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provider=provider,
        )
        if lock:
            BackupVaultLockConfiguration(
                self,
                "lock",
                backup_vault_name=self._vault.name,
                min_retention_days=lock.min_days,
                max_retention_days=lock.max_days,
                changeable_for_days=lock.changeable_for_days,
                provider=provider,
            )

    @cached_property
    def arn(self) -> str:
        """The vault's ARN."""
        return str(self._vault.arn)

    @cached_property
    def name(self) -> str:
        """The vault's name."""
        return str(self._vault.name)
