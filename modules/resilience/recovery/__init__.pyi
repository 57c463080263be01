from .key import RecoveryKey as RecoveryKey
from .settings import Primary as Primary
from .settings import Recovery as Recovery
from .settings import RecoveryTier as RecoveryTier
from .standby import Standby as Standby
