from .backup import Backups as Backups
from .settings import DAILY as DAILY
from .settings import MONTHLY as MONTHLY
from .settings import WEEKLY as WEEKLY
from .settings import BackupRule as BackupRule
from .settings import BackupSettings as BackupSettings
from .settings import RestoreTesting as RestoreTesting
from .vault_lock import VaultLock as VaultLock
