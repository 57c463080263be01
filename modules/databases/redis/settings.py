"""Settings of Redis and Valkey on ElastiCache. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...log_retention import RetentionDays
from ...settings import settings
from ...values import Anything, EntryName, Name, Parameter, Text
from ..common.windows import CacheWeeklyWindow, DailyWindow

NODE_TYPES = re.compile(r"cache\.(t3|t4g|m5|m6g|m7g|r5|r6g|r6gd|r7g)\.(micro|small|medium|(\d*x)?large)")
# Amazon ElastiCache user guide, "Supported engines and versions"; AWS applies patch versions automatically.
_VERSIONS = {"valkey": ("7.2", "8.0", "8.1"), "redis": ("7.0", "7.1")}

# ElastiCache API: CreateUser, AccessString.
_AccessString = Annotated[
    str,
    Text(
        pattern=r"[!-~](?:[ -~]*[!-~])?",
        longest=2_048,
        allowed="an access string such as 'on ~* +@read', in one line of 2,048 characters at most",
    ),
]


@settings
class RedisSettings:
    """A replication group of Valkey or Redis. `nodes` is the primary and its replicas, of each shard.

    Valkey is compatible with Redis 7.2 and cheaper. A replication group can be upgraded from Redis to Valkey
    in place, but not back. `shards` enables cluster mode, for clients that support it; a cache can't change
    its mode: another takes its place (README.md, "Another topology").
    """

    name: Name
    node_type: str
    engine: Literal["valkey", "redis"] = "valkey"
    version: str = "8.0"
    nodes: Annotated[int, Field(ge=1, le=6)] = 2
    shards: Annotated[int, Field(ge=1, le=500)] | None = None
    # Failover to a replica in another zone when the primary or its zone fails.
    multi_az: bool = True
    token_key: EntryName = "REDIS_AUTH_TOKEN"  # noqa: S105 - the name of an entry
    # Access string of the user, in the syntax of Redis ACLs: every command but those that administrate, flush
    # or stall the cache (KEYS, MONITOR); INFO, which clients ask for when they connect.
    permissions: _AccessString = "on ~* &* +@all -@admin -@dangerous +info"
    backup_days: Annotated[int, Field(ge=0, le=35)] = 5
    backup_window: DailyWindow = "01:00-02:00"
    # Whether changes of nodes, failover, node type and engine are made by the apply, not in the next
    # maintenance window. Until they are made, each plan shows them again.
    apply_immediately: bool = False
    maintenance_window: CacheWeeklyWindow = "sun:04:30-sun:05:30"
    log_retention_days: RetentionDays = 30
    parameters: Mapping[Parameter, Anything] = field(default_factory=dict)
    protected: bool = True

    @property
    def family(self) -> str:
        """The parameter group family, such as `valkey8`."""
        return f"{self.engine}{self.version.partition('.')[0]}"

    def problems(self) -> Iterator[Problem]:
        """Node types, versions and topologies that ElastiCache would refuse."""
        if not NODE_TYPES.fullmatch(self.node_type):
            why = refusal(
                got=repr(self.node_type),
                allowed="a node type such as cache.t4g.small",
                fix="correct its name",
            )
            yield Problem(where="node_type", what=why)
        if self.version not in _VERSIONS[self.engine]:
            allowed = f"{', '.join(_VERSIONS[self.engine])} of {self.engine}"
            yield Problem(
                where="version",
                what=refusal(got=repr(self.version), allowed=allowed, fix="take one of these"),
            )
        if self.multi_az and self.nodes < 2:
            why = refusal(
                got="failover with 1 node", allowed="2 nodes or more", fix="add a node or drop multi_az"
            )
            yield Problem(where="multi_az", what=why)
        if self.shards and not self.multi_az:
            # ElastiCache API: CreateReplicationGroup, AutomaticFailoverEnabled, required for cluster mode.
            why = refusal(got="shards without failover", allowed="failover", fix="set multi_az=True")
            yield Problem(where="shards", what=why)

    def zone_problems(self, zones: int) -> Iterator[Problem]:
        """Multi-AZ in a network with fewer than two zones."""
        if self.multi_az and zones < 2:
            why = refusal(
                got=f"Multi-AZ in {zones} zone",
                allowed="two zones or more",
                fix="add a zone or drop multi_az",
            )
            yield Problem(where=f"{self.name}.multi_az", what=why)
