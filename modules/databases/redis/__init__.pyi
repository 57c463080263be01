from .redis import Redis as Redis
from .settings import RedisSettings as RedisSettings
