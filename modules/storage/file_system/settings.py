"""Settings of EFS file systems. Pure."""

from ...settings import settings
from ...values import FileSystemPath, PosixId


@settings
class FileSystemSettings:
    """A file system that one service mounts, as the POSIX user its image runs as."""

    user_id: PosixId
    group_id: PosixId
    path: FileSystemPath = "/data"
    # Tagged for a plan of AWS Backup, and for the automatic backups.
    backed_up: bool = True
    # EFS's own plan of AWS Backup: daily, retained for 35 days. False where `Backups` of
    # modules/resilience selects the file system, or it is backed up twice.
    automatic_backups: bool = True
    protected: bool = True
