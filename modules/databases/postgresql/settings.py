"""Settings of PostgreSQL on RDS. Pure."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...offers.checks import support_problems
from ...settings import settings
from ...values import EntryName, Name, Region
from ..common.settings import DEFAULT_VERSION, ServerSettings
from .instance_classes import InstanceClass


@settings
class BackupCopies:
    """Copies of the automated backups in another region, encrypted with a key of that region.

    Source: Amazon RDS user guide, "Replicating automated backups to another AWS Region", which names the
    pairs of regions.
    """

    region: Region
    days: Annotated[int, Field(ge=1, le=35)] = 7


@settings
class ReplicaOf:
    """A read replica of the instance `identifier` in the primary's region, until the stack is active.

    For recovery stacks: once their variable `recovery_active` is true, RDS promotes it.
    """

    region: Region
    # Such as `shop-prod-postgresql`.
    identifier: Name


@settings
class RestoredFrom:
    """Created from a copy of a primary's database: its newest state in replicated backups, or a snapshot.

    The variable of the stack `restore_<name>_from` names the copy by its ARN; see the README. For recovery
    stacks that are deployed when they are needed.
    """


@settings
class PostgresqlSettings(ServerSettings):
    """A PostgreSQL database on RDS with its read replicas.

    `replicas` are the names of read replicas. The password is an entry of the environment's secret
    (`password_key`); with `managed_password` RDS manages it in its own secret and rotates it every
    `rotation_days`, which RDS doesn't support with read replicas (Amazon RDS user
    guide, "Password management with Amazon RDS and AWS Secrets Manager": limitations).
    """

    # The module derives it from the instance class.
    module_parameters = ServerSettings.module_parameters | {"max_connections"}

    instance_class: InstanceClass
    name: Name = "postgresql"
    # Major version only: AWS retires minor versions, and selects the newest.
    version: Annotated[int, Field(ge=13, le=18)] = DEFAULT_VERSION
    # GiB. Storage autoscaling grows it up to the maximum; it never shrinks.
    storage: Annotated[int, Field(ge=20, le=65536)] = 20
    max_storage: Annotated[int, Field(ge=22, le=65536)] = 200
    multi_az: bool = True
    replicas: tuple[Name, ...] = ()
    managed_password: bool = False
    password_key: EntryName = "DATABASE_PASSWORD"  # noqa: S105 - the name of an entry
    backup_days: Annotated[int, Field(ge=0, le=35)] = 7
    # Another region with copies of the automated backups, from which every point in time can be restored too.
    copies: BackupCopies | None = None
    # None: it is created empty.
    source: ReplicaOf | RestoredFrom | None = None

    def problems(self) -> Iterator[Problem]:
        """Settings that RDS would refuse."""
        yield from super().problems()
        yield from support_problems("postgres", self.version, extended=self.extended_support)
        yield from self._replica_problems()
        yield from self._source_problems()
        if self.max_storage * 10 < self.storage * 11:
            # Amazon RDS user guide, "Managing capacity automatically with storage autoscaling".
            why = refusal(
                got=f"{self.max_storage} GiB for {self.storage} GiB",
                allowed="at least a tenth more than storage",
                fix="raise max_storage or lower storage",
            )
            yield Problem(where="max_storage", what=why)

    def zone_problems(self, zones: int) -> Iterator[Problem]:
        """A network with too few zones."""
        if zones < 2:
            # RDS API: CreateDBSubnetGroup, DBSubnetGroupDoesNotCoverEnoughAZs.
            kind = "Multi-AZ" if self.multi_az else "a database"
            why = refusal(got=f"{kind} in {zones} zone", allowed="two zones or more", fix="add a zone")
            yield Problem(where=f"{self.name}.multi_az", what=why)

    def _source_problems(self) -> Iterator[Problem]:
        if self.source is None:
            return
        kind = "a replica" if isinstance(self.source, ReplicaOf) else "a restored database"
        if self.copies:
            why = refusal(
                got=f"copies of {kind} in another region",
                allowed="copies of the primary's",
                fix="set copies=None: an apply in this region must not need another",
            )
            yield Problem(where="copies", what=why)
        if not isinstance(self.source, ReplicaOf):
            return
        if self.replicas:
            why = refusal(
                got=f"{len(self.replicas)} replicas of a replica",
                allowed="none until it is promoted",
                fix="set replicas=()",
            )
            yield Problem(where="replicas", what=why)
        if self.managed_password:
            # Amazon RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager".
            why = refusal(
                got="a managed password with a replica",
                allowed="the entry of the secret: RDS makes no replica of an instance with one",
                fix="set managed_password=False, in the primary's settings too",
            )
            yield Problem(where="managed_password", what=why)
        if not self.backup_days:
            why = refusal(
                got="0 days",
                allowed="1 day or more once it is promoted",
                fix="keep the primary's backup_days",
            )
            yield Problem(where="backup_days", what=why)

    def _replica_problems(self) -> Iterator[Problem]:
        if len(set(self.replicas)) != len(self.replicas):
            why = refusal(got=self.replicas, allowed="each name once", fix="rename one")
            yield Problem(where="replicas", what=why)
        if self.replicas and not self.backup_days:
            why = refusal(
                got="0 days with replicas",
                allowed="1 day or more, since a replica starts from a backup",
                fix="keep backups or drop the replicas",
            )
            yield Problem(where="backup_days", what=why)
        if self.copies and not self.backup_days:
            why = refusal(
                got="0 days with copies", allowed="1 day or more", fix="keep backups or drop the copies"
            )
            yield Problem(where="copies", what=why)
        if self.replicas and self.managed_password:
            why = refusal(
                got=f"a managed password with {len(self.replicas)} replicas",
                allowed="a managed password without replicas, or the entry of the secret",
                fix="set managed_password=False",
            )
            yield Problem(where="managed_password", what=why)
