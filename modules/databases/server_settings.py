"""What PostgreSQL on RDS and on Aurora are told alike. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..errors import Problem, refusal
from ..log_retention import RetentionDays
from ..settings import settings
from .windows import DailyWindow, WeeklyWindow, overlap

# RDS API: CreateDBInstance, DBName and MasterUsername; CreateDBCluster, DatabaseName and MasterUsername.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# What RDS keeps for itself: Amazon RDS user guide, "Settings for DB instances", Master username.
_RESERVED_USERS = {"admin", "postgres", "rdsadmin", "user"}


@settings
class ServerSettings:
    """A PostgreSQL server: its database and owner, TLS, logs, windows, insights."""

    # Parameters that the module sets itself.
    module_parameters: ClassVar[frozenset[str]] = frozenset({"rds.force_ssl"})

    database: str
    user: str = "app_owner"
    allow_major_upgrade: bool = False
    rotation_days: Annotated[int, Field(ge=1, le=1000)] = 30
    # `verify-full` is safer, and needs the RDS certificates in the image.
    ssl_mode: Literal["require", "verify-ca", "verify-full"] = "require"
    backup_window: DailyWindow = "02:00-03:00"
    maintenance_window: WeeklyWindow = "sun:03:30-sun:04:30"
    log_retention_days: RetentionDays = 30
    # Statements slower than this are logged, in milliseconds.
    slow_statement_ms: Annotated[int, Field(ge=0)] = 1000
    monitoring_seconds: Literal[0, 1, 5, 10, 15, 30, 60] = 60
    # 7 days of Performance Insights are free of charge; 0 turns them off.
    insights_days: Literal[
        0, 7, 31, 62, 93, 124, 155, 186, 217, 248, 279, 310, 341, 372, 403, 434, 465, 731
    ] = 7
    # Without Extended Support AWS upgrades an engine at the end of its life; with it, that costs by the vCPU.
    extended_support: bool = False
    # None leaves it to AWS: the account's default, rds-ca-rsa2048-g1 unless somebody changed it (Amazon RDS
    # user guide, "Using SSL/TLS to encrypt a connection to a DB instance"). The provider modifies
    # and reboots an instance after creation to set a chosen one: minutes on each that is not a replica.
    certificate_authority: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    protected: bool = True

    @property
    def lifecycle_support(self) -> str:
        """`EngineLifecycleSupport` of the RDS API."""
        return "open-source-rds-extended-support" + ("" if self.extended_support else "-disabled")

    def problems(self) -> Iterator[Problem]:
        """What RDS and Aurora would refuse alike."""
        for where, name in (("database", self.database), ("user", self.user)):
            if not _NAME.fullmatch(name):
                allowed = "a letter, then letters, digits and '_'"
                yield Problem(where=where, what=refusal(got=repr(name), allowed=allowed, fix="rename it"))
        if self.user in _RESERVED_USERS:
            why = refusal(got=repr(self.user), allowed="a name RDS doesn't reserve", fix="rename it")
            yield Problem(where="user", what=why)
        for parameter in sorted(self.module_parameters & self.parameters.keys()):
            why = "is set by the module: what it promises depends on it; remove it"
            yield Problem(where=f"parameters.{parameter}", what=why)
        if overlap(self.backup_window, self.maintenance_window):
            why = refusal(
                got=f"{self.backup_window} and {self.maintenance_window}",
                allowed="windows that don't overlap",
                fix="move one",
            )
            yield Problem(where="backup_window", what=why)
