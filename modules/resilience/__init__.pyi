from .backup import Backups as Backups
from .backup import BackupSettings as BackupSettings
