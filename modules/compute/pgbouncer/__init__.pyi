from .pgbouncer import PgBouncer as PgBouncer
from .settings import PgBouncerSettings as PgBouncerSettings
