from .replicated import ReplicatedLogin as ReplicatedLogin
from .rotated import RotatedLogin as RotatedLogin
from .rotated import RunningService as RunningService
from .settings import LoginSettings as LoginSettings
from .settings import RotatedLoginSettings as RotatedLoginSettings
from .versioned import VersionedLogin as VersionedLogin
