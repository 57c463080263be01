from .aurora import Aurora as Aurora
from .settings import AuroraCapacity as AuroraCapacity
from .settings import AuroraSettings as AuroraSettings
from .settings import GlobalPrimary as GlobalPrimary
from .settings import GlobalSecondary as GlobalSecondary
