"""Settings that PostgreSQL on RDS and on Aurora have in common. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...log_retention import RetentionDays
from ...settings import settings
from ...values import Anything, NotNegative, Parameter
from .windows import DailyWindow, WeeklyWindow, overlap

# The newest major version that both RDS and Aurora have in `modules/offers`. Products state theirs: a later
# default would be a major upgrade of what is deployed.
DEFAULT_VERSION = 17
# RDS API: CreateDBInstance, DBName and MasterUsername; CreateDBCluster, DatabaseName and MasterUsername.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# Reserved by RDS: Amazon RDS user guide, "Settings for DB instances", Master username.
_RESERVED_USERS = {"admin", "postgres", "rdsadmin", "user"}

# Amazon RDS user guide, "Certificate authorities".
_CertificateAuthority = Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]


@settings
class ServerSettings:
    """A PostgreSQL server: database, master user, TLS, logs, windows, Performance Insights."""

    # Parameters that the module sets, and `parameters` may not.
    module_parameters: ClassVar[frozenset[str]] = frozenset({"rds.force_ssl"})

    database: str
    user: str = "app_owner"
    # A major upgrade needs `apply_immediately` too, in the same change as the version.
    allow_major_upgrade: bool = False
    # Whether changes that restart the server are made by the apply, not in the next maintenance window.
    apply_immediately: bool = False
    rotation_days: Annotated[int, Field(ge=1, le=1000)] = 30
    # `verify-full` is safer, and needs the RDS certificates in the image.
    ssl_mode: Literal["require", "verify-ca", "verify-full"] = "require"
    backup_window: DailyWindow = "02:00-03:00"
    maintenance_window: WeeklyWindow = "sun:03:30-sun:04:30"
    log_retention_days: RetentionDays = 30
    # Statements slower than this are logged, in milliseconds.
    slow_statement_ms: NotNegative = 1000
    monitoring_seconds: Literal[0, 1, 5, 10, 15, 30, 60] = 60
    # 7 days of Performance Insights are free of charge; 0 turns them off.
    insights_days: Literal[
        0, 7, 31, 62, 93, 124, 155, 186, 217, 248, 279, 310, 341, 372, 403, 434, 465, 731
    ] = 7
    # Without RDS Extended Support AWS upgrades an engine at its end of standard support; with it, AWS charges
    # by vCPU.
    extended_support: bool = False
    # None: the account's default CA, rds-ca-rsa2048-g1 unless changed (Amazon RDS user guide, "Using SSL/TLS
    # to encrypt a connection to a DB instance"). To set another, the provider modifies and reboots each
    # primary instance after its creation, which takes minutes.
    certificate_authority: _CertificateAuthority | None = None
    parameters: Mapping[Parameter, Anything] = field(default_factory=dict)
    protected: bool = True

    @property
    def lifecycle_support(self) -> str:
        """`EngineLifecycleSupport` of the RDS API."""
        return "open-source-rds-extended-support" + ("" if self.extended_support else "-disabled")

    def problems(self) -> Iterator[Problem]:
        """Names, parameters and windows that RDS and Aurora would refuse."""
        for where, name in (("database", self.database), ("user", self.user)):
            if not _NAME.fullmatch(name):
                allowed = "a letter, then letters, digits and '_'"
                yield Problem(where=where, what=refusal(got=repr(name), allowed=allowed, fix="rename it"))
        if self.user in _RESERVED_USERS:
            why = refusal(got=repr(self.user), allowed="a name RDS doesn't reserve", fix="rename it")
            yield Problem(where="user", what=why)
        if self.allow_major_upgrade and not self.apply_immediately:
            # RDS API, ModifyDBInstance, EngineVersion: applied in the next maintenance window otherwise; by
            # then Terraform would have deleted the old parameter group, which is in use until the upgrade
            # (InvalidDBParameterGroupState), and given replicas the group of a version they don't run yet.
            why = refusal(
                got="allow_major_upgrade=True alone",
                allowed="both, since an upgrade can't wait for the maintenance window",
                fix="set apply_immediately=True as well, and apply when an outage of minutes does no harm",
            )
            yield Problem(where="apply_immediately", what=why)
        for parameter in sorted(self.module_parameters & self.parameters.keys()):
            why = "is set by the module; remove it"
            yield Problem(where=f"parameters.{parameter}", what=why)
        if overlap(self.backup_window, self.maintenance_window):
            why = refusal(
                got=f"{self.backup_window} and {self.maintenance_window}",
                allowed="windows that don't overlap",
                fix="move one",
            )
            yield Problem(where="backup_window", what=why)
