"""How databases are watched, from what their modules say of themselves in public."""

from __future__ import annotations

from modules.context import Context
from modules.databases.postgresql import Postgresql
from modules.databases.redis import Redis
from modules.monitoring.kinds.caches import cache
from modules.monitoring.kinds.databases import postgresql
from modules.monitoring.monitored import Monitored


def monitored_postgresql(database: Postgresql, context: Context) -> Monitored:
    """A database on RDS: every instance, and the log of each."""
    return postgresql(
        key=database.settings.name,
        namespace=context.naming.base,
        identifiers=database.identifiers,
        # By the instance's reference: it is made after its log groups, and the filters after it.
        log_group_names=[f"/aws/rds/instance/{one}/postgresql" for one in database.identifiers.values()],
        storage_gib=database.settings.storage,
        max_connections=database.max_connections,
    )


def monitored_redis(group: Redis) -> Monitored:
    """A replication group: every node, whose ids ElastiCache derives from the group's."""
    settings = group.settings
    nodes = range(1, settings.nodes + 1)
    if settings.shards:
        shards = range(1, settings.shards + 1)
        suffixes = [f"{shard:04}-{node:03}" for shard in shards for node in nodes]
    else:
        suffixes = [f"{node:03}" for node in nodes]
    ids = [f"{group.replication_group_id}-{suffix}" for suffix in suffixes]
    return cache(key=settings.name, node_ids=ids)
