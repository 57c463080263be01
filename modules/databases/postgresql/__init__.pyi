from .postgresql import Postgresql as Postgresql
from .settings import PostgresqlSettings as PostgresqlSettings
