"""Vaults of AWS Backup: policies, notifications, what is in them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from moto.backup import urls
from moto.backup.exceptions import InvalidRequestException, ResourceNotFoundException
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
_VAULT = "{0}/backup-vaults/(?P<name>[^/]+)"
_PATHS = ("access-policy$", "notification-configuration$", "recovery-points/$")


class BackupVaults(Patch, of=BackupBackend):
    """Vaults have an access policy and a notification configuration (AWS Backup API Reference,
    PutBackupVaultAccessPolicy, PutBackupVaultNotifications); moto has neither, and does not know their paths.
    """

    @classmethod
    def apply(cls) -> None:
        """Let moto find the calls by their paths, too."""
        super().apply()
        urls.url_paths.update({f"{_VAULT}/{path}": urls.response.dispatch for path in _PATHS})

    def stored_of_vault(self: Any, kind: str, name: str) -> Json:
        """What there is of one kind beside a vault that exists."""
        vault = self.describe_backup_vault(name)
        everything: dict[str, dict[str, Json]] = self.__dict__.setdefault("stored_by_kind", {})
        return everything.setdefault(kind, {}).setdefault(vault.backup_vault_arn, {})

    def delete_backup_vault(self: Any, backup_vault_name: str) -> None:
        """Delete a vault with what stands beside it."""
        self.describe_backup_vault(backup_vault_name)
        for kind in ("access-policy", "notifications"):
            self.stored_of_vault(kind, backup_vault_name).clear()
        BackupVaults.moto.delete_backup_vault(self, backup_vault_name)


class TagsOfBackup(Patch, of=BackupResponse):
    """ListTags (AWS Backup API Reference) takes its path with a slash at the end and without, as the SDK for
    Go sends it; moto finds no tags without.
    """

    def list_tags(self: Any) -> str:
        """ListTags."""
        arn = unquote(self.path.removesuffix("/").rpartition("/")[2])
        return json.dumps({"Tags": self.backup_backend.list_tags(arn)})


class BackupVaultCalls(Patch, of=BackupResponse):
    """PutBackupVaultAccessPolicy, GetBackupVaultAccessPolicy, DeleteBackupVaultAccessPolicy,
    PutBackupVaultNotifications, GetBackupVaultNotifications, DeleteBackupVaultNotifications and
    ListRecoveryPointsByBackupVault (AWS Backup API Reference); moto lacks them.
    """

    def put_backup_vault_access_policy(self: Any) -> str:
        """PutBackupVaultAccessPolicy."""
        policy = json.loads(self.body).get("Policy")
        if not policy:
            raise InvalidRequestException("A policy is required")
        self.stored("access-policy").update(Policy=policy)
        return "{}"

    def get_backup_vault_access_policy(self: Any) -> str:
        """GetBackupVaultAccessPolicy."""
        return json.dumps(self.answered("access-policy"))

    def delete_backup_vault_access_policy(self: Any) -> str:
        """DeleteBackupVaultAccessPolicy."""
        self.stored("access-policy").clear()
        return "{}"

    def put_backup_vault_notifications(self: Any) -> str:
        """PutBackupVaultNotifications."""
        body = json.loads(self.body)
        wanted = {name: body[name] for name in ("SNSTopicArn", "BackupVaultEvents")}
        self.stored("notifications").update(wanted)
        return "{}"

    def get_backup_vault_notifications(self: Any) -> str:
        """GetBackupVaultNotifications."""
        return json.dumps(self.answered("notifications"))

    def delete_backup_vault_notifications(self: Any) -> str:
        """DeleteBackupVaultNotifications."""
        self.stored("notifications").clear()
        return "{}"

    def list_recovery_points_by_backup_vault(self: Any) -> str:
        """ListRecoveryPointsByBackupVault: none, since nothing is backed up here."""
        self.backup_backend.describe_backup_vault(self.uri_match["backupVaultName"])
        return json.dumps({"RecoveryPoints": []})

    def stored(self: Any, kind: str) -> Json:
        """What there is of one kind beside the vault that is asked for."""
        found: Json = self.backup_backend.stored_of_vault(kind, self.uri_match["backupVaultName"])
        return found

    def answered(self: Any, kind: str) -> Json:
        """The same with the vault's names; ResourceNotFoundException where there is nothing."""
        name = self.uri_match["backupVaultName"]
        if not (found := self.stored(kind)):
            raise ResourceNotFoundException(f"Backup vault {name} has none")
        vault = self.backup_backend.describe_backup_vault(name)
        return {"BackupVaultName": name, "BackupVaultArn": vault.backup_vault_arn, **found}
