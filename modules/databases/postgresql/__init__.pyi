from .postgresql import Postgresql as Postgresql
from .settings import BackupCopies as BackupCopies
from .settings import PostgresqlSettings as PostgresqlSettings
from .settings import ReplicaOf as ReplicaOf
from .settings import RestoredFrom as RestoredFrom
