"""Backup policies and resource policies of EFS file systems."""

from __future__ import annotations

import json
from typing import Any

from moto.efs.models import FileSystem
from moto.efs.responses import EFSResponse

from aws_emulator.moto_patches import Patch

_JSON = {"Content-Type": "application/json"}


class BackupPolicy(Patch, of=FileSystem):
    """DescribeBackupPolicy (Amazon EFS API Reference) answers DISABLED where backups were switched off; moto
    answers that there is no policy.
    """

    @property
    def backup_policy(self: Any) -> dict[str, str] | None:
        """What was put, or what the file system was created with."""
        put: str | None = self.__dict__.get("_backup_status")
        if put:
            return {"Status": put}
        return {"Status": "ENABLED"} if self._backup else None


class PutBackupPolicy(Patch, of=EFSResponse):
    """PutBackupPolicy (Amazon EFS API Reference); moto lacks it."""

    def put_backup_policy(self: Any) -> tuple[str, dict[str, str]]:
        """Switch automatic backups on or off."""
        policy = self._get_param("BackupPolicy")
        file_system = self.efs_backend.file_systems_by_id[self._get_param("FileSystemId")]
        vars(file_system)["_backup_status"] = policy["Status"]
        return json.dumps({"BackupPolicy": policy}), _JSON


class DeleteFileSystemPolicy(Patch, of=EFSResponse):
    """DeleteFileSystemPolicy (Amazon EFS API Reference); moto lacks it."""

    def delete_file_system_policy(self: Any) -> tuple[str, dict[str, str]]:
        """Return to the default policy."""
        self.efs_backend.file_systems_by_id[self._get_param("FileSystemId")].file_system_policy = None
        return "{}", _JSON
