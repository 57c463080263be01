"""Which caches Dramatiq's broker can use. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ...databases.redis.settings import RedisSettings
from ...errors import Problem, refusal

# What a cache's user may do, and KEYS besides: Dramatiq 2.2.0 calls it within its script (brokers/redis/
# dispatch.lua) for each worker and each sender that is gone. Without it such a command fails, about one of
# a thousand, whoever sends it, and what a lost worker had fetched never comes back.
BROKER_PERMISSIONS = "on ~* &* +@all -@admin -@dangerous +info +keys"
# Rules of Redis's ACLs that decide about KEYS: its categories ("ACL CAT"), and itself.
_DECIDING = {"@all", "@dangerous", "@keyspace", "@read", "@slow", "keys"}


def broker_problems(settings: RedisSettings) -> Iterator[Problem]:
    """Cluster mode, and permissions without what Dramatiq calls."""
    if settings.shards:
        why = refusal(
            got=f"cluster mode ({settings.shards} shards)",
            allowed="a cache without shards, also with replicas",
            fix="use another cache for Dramatiq, whose script has keys in several slots (Dramatiq's issue "
            "682); sessions may stay in this one",
        )
        yield Problem(where=f"broker {settings.name}", what=why)
    if not may_list_keys(settings.permissions):
        why = refusal(
            got=f"permissions {settings.permissions!r}",
            allowed=f"those with KEYS, such as {BROKER_PERMISSIONS!r}",
            fix="set permissions=BROKER_PERMISSIONS of the cache",
        )
        yield Problem(where=f"broker {settings.name}", what=why)


def may_list_keys(permissions: str) -> bool:
    """Whether an access string allows KEYS. The last rule about it decides."""
    allowed = False
    for rule in permissions.split():
        if rule in {"allcommands", "nocommands"}:
            allowed = rule == "allcommands"
        elif rule[0] in "+-" and rule[1:].lower() in _DECIDING:
            allowed = rule[0] == "+"
    return allowed
