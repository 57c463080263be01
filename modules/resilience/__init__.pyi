from .backup import Backups as Backups
from .backup import BackupSettings as BackupSettings
from .recovery import Primary as Primary
from .recovery import Recovery as Recovery
from .recovery import RecoveryKey as RecoveryKey
from .recovery import RecoveryTier as RecoveryTier
from .recovery import Standby as Standby
