from .postgresql import Postgresql as Postgresql
from .settings import BackupCopies as BackupCopies
from .settings import PostgresqlSettings as PostgresqlSettings
