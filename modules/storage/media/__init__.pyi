from .media import Media as Media
from .settings import MediaSettings as MediaSettings
from .settings import Replica as Replica
