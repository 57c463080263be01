"""Settings of EFS file systems. Pure."""

from __future__ import annotations

from pydantic import PositiveInt

from ...settings import settings


@settings
class FileSystemSettings:
    """A file system that one service mounts, as the POSIX user its image runs as."""

    user_id: PositiveInt
    group_id: PositiveInt
    path: str = "/data"
    # Tagged for a plan of AWS Backup, and for the automatic backups.
    backed_up: bool = True
    # EFS's own plan of AWS Backup: daily, retained for 35 days. False where `Backups` of
    # modules/resilience selects the file system, or it is backed up twice.
    automatic_backups: bool = True
    protected: bool = True
