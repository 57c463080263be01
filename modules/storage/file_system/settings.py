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
    # AWS Backup's default plan for EFS: daily, retained for 35 days.
    backed_up: bool = True
    protected: bool = True
