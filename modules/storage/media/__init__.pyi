from .media import Media as Media
from .replica import MediaReplica as MediaReplica
from .settings import MediaSettings as MediaSettings
from .settings import Replica as Replica
