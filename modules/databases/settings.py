"""Settings of PostgreSQL databases. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from modules.databases.instance_classes import InstanceClass
from modules.databases.windows import DailyWindow, WeeklyWindow, overlap
from modules.errors import Problem, refusal
from modules.log_retention import RetentionDays
from modules.settings import settings

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")  # RDS API: CreateDBInstance, DBName and MasterUsername
_ROLE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What RDS keeps for itself: Amazon RDS user guide, "Settings for DB instances", Master username.
RESERVED_USERS = {"admin", "postgres", "rdsadmin", "user"}

_OURS = {"max_connections", "rds.force_ssl"}


@settings
class PostgresqlSettings:
    """One PostgreSQL database on RDS, with what reads from it.

    `replicas` names read replicas by their role. The password is an entry of the environment's secret
    (`password_key`), which fits every topology; `managed_password` leaves it to RDS, which makes and rotates
    it every `rotation_days` in a secret of its own, but can't where there are replicas (Amazon RDS user
    guide, "Password management with Amazon RDS and AWS Secrets Manager": limitations).
    """

    database: str
    instance_class: InstanceClass
    name: str = "postgresql"
    user: str = "app_owner"
    # The major version alone: AWS stops creating old minors, and picks the newest.
    version: Annotated[int, Field(ge=13, le=18)] = 15
    allow_major_upgrade: bool = False
    # GiB. Storage grows by itself up to the maximum and never shrinks.
    storage: Annotated[int, Field(ge=20, le=65536)] = 20
    max_storage: Annotated[int, Field(ge=22, le=65536)] = 200
    multi_az: bool = True
    replicas: tuple[str, ...] = ()
    managed_password: bool = False
    rotation_days: Annotated[int, Field(ge=1, le=1000)] = 30
    password_key: str = "DATABASE_PASSWORD"  # noqa: S105 - the name of an entry
    # `verify-full` is safer, and needs the RDS certificates in the image.
    ssl_mode: Literal["require", "verify-ca", "verify-full"] = "require"
    backup_days: Annotated[int, Field(ge=0, le=35)] = 7
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
    # user guide, "Using SSL/TLS to encrypt a connection to a DB instance"). The provider sends a chosen one
    # as a ModifyDBInstance after creation, which costs minutes on every instance and may restart it.
    certificate_authority: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """Everything that RDS would refuse."""
        yield from self._name_problems()
        yield from self._replica_problems()
        if self.max_storage * 10 < self.storage * 11:
            # Amazon RDS user guide, "Managing capacity automatically with storage autoscaling".
            why = refusal(
                got=f"{self.max_storage} GiB for {self.storage} GiB",
                allowed="at least a tenth more than storage",
                mend="raise max_storage or lower storage",
            )
            yield Problem(where="max_storage", what=why)
        for parameter in sorted(_OURS & self.parameters.keys()):
            why = "is set by the module: what is budgeted and promised depends on it; remove it"
            yield Problem(where=f"parameters.{parameter}", what=why)
        if overlap(self.backup_window, self.maintenance_window):
            why = refusal(
                got=f"{self.backup_window} and {self.maintenance_window}",
                allowed="windows that don't overlap",
                mend="move one",
            )
            yield Problem(where="backup_window", what=why)

    def zone_problems(self, zones: int) -> Iterator[Problem]:
        """What a network of so many zones can't hold."""
        if zones < 2:
            # RDS API: CreateDBSubnetGroup, DBSubnetGroupDoesNotCoverEnoughAZs.
            kind = "Multi-AZ" if self.multi_az else "a database"
            why = refusal(got=f"{kind} in {zones} zone", allowed="two zones or more", mend="add a zone")
            yield Problem(where=f"{self.name}.multi_az", what=why)

    def _name_problems(self) -> Iterator[Problem]:
        for where, name in (("database", self.database), ("user", self.user)):
            if not _NAME.fullmatch(name):
                why = refusal(
                    got=repr(name), allowed="a letter, then letters, digits and '_'", mend="rename it"
                )
                yield Problem(where=where, what=why)
        if self.user in RESERVED_USERS:
            why = refusal(got=repr(self.user), allowed="a name RDS doesn't reserve", mend="rename it")
            yield Problem(where="user", what=why)
        for replica in self.replicas:
            if not _ROLE.fullmatch(replica):
                why = refusal(got=repr(replica), allowed="lower-case words joined by '-'", mend="rename it")
                yield Problem(where="replicas", what=why)

    def _replica_problems(self) -> Iterator[Problem]:
        if len(set(self.replicas)) != len(self.replicas):
            why = refusal(got=self.replicas, allowed="each name once", mend="rename one")
            yield Problem(where="replicas", what=why)
        if self.replicas and not self.backup_days:
            why = refusal(
                got="0 days with replicas",
                allowed="1 day or more, since a replica starts from a backup",
                mend="keep backups or drop the replicas",
            )
            yield Problem(where="backup_days", what=why)
        if self.replicas and self.managed_password:
            why = refusal(
                got=f"a managed password with {len(self.replicas)} replicas",
                allowed="a managed password without replicas, or the entry of the secret",
                mend="set managed_password=False",
            )
            yield Problem(where="managed_password", what=why)
