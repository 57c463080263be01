"""What a drill restores: a copy of each database in the second region, as `infra restore-test` does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from rich.console import Console

from modules.resilience.restore_test.settings import RestoreCheck, SqlCheck
from operations.progress import Step as Shown
from operations.recovery.databases import GlobalDatabase, Instances, Restored
from operations.recovery.network import DrillNetwork
from operations.recovery.situation import Situation
from operations.restore_test.apart import Apart
from operations.restore_test.check import Check, public_subnets
from operations.restore_test.copies import Copy, Source, source
from operations.restore_test.deletion import Deletion
from operations.restore_test.report import Report
from operations.restore_test.trial import Trial
from operations.synthesized import RestoreTest, restore_tests
from operations.synthesized.stack_json import Json
from operations.transient import Patience

_AVAILABLE = "available"
_SUFFIX = "-drill"
_PORT = 5432
# A snapshot that a drill left which was stopped says nothing of today any more.
_OLD = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class _Within:
    """Shows the steps of a restoration in the one step of a drill."""

    console: Console
    shown: Shown

    @contextmanager
    def step(self, title: str) -> Iterator[Shown]:
        """Say what is being done."""
        self.shown.show(title)
        yield self.shown


class Copied:
    """A database that stands by, of which a snapshot is taken and restored beside it.

    PostgreSQL lets a manual snapshot be made of a read replica (Amazon RDS user guide, "Differences between
    read replicas for DB engines"), Aurora one of a secondary cluster. What is restored stands in the recovery
    stack's own private subnets; the check is a task of one of its services.
    """

    def __init__(self, situation: Situation, database: Instances | GlobalDatabase, silence: float) -> None:
        self._situation, self._rds, self._silence = situation, situation.clients.rds, silence
        self._test = _test(situation, database)
        self.name, self.region = self._test.identifier, situation.pair.recovery.region

    @property
    def restored(self) -> str:
        """The identifier of what is restored."""
        return self.apart().name

    @property
    def check(self) -> RestoreCheck | SqlCheck | None:
        """What proves it, if the product has that."""
        return self._test.check

    def network(self) -> DrillNetwork | None:
        """The network that has to be made for it, if any."""
        return None

    def copy(self) -> Copy | None:
        """The copy that is restored."""
        found = self._snapshot()
        if found is None or found["Status"] != _AVAILABLE:
            return None
        return Copy(at=found["SnapshotCreateTime"], snapshot=self._taken)

    def take(self, shown: Shown) -> None:
        """Take a snapshot of it, and wait until it is there."""
        if self.is_old():
            self._drop_snapshot()
        if self._snapshot() is None:
            of, named = self._names
            tags = [{"Key": key, "Value": value} for key, value in self.apart().own_tags.items()]
            getattr(self._rds, f"create_{self._kind}")(**{of: self.name, named: self._taken}, Tags=tags)
        self._situation.waiting.until(lambda: self.copy() is not None, shown, f"a snapshot of {self.name}")

    def is_taken(self) -> bool:
        """Whether there is a snapshot of the last hour."""
        return self.copy() is not None and not self.is_old()

    def is_old(self) -> bool:
        """Whether the snapshot is one of a drill that was stopped long ago."""
        found = self._snapshot()
        taken = found and found.get("SnapshotCreateTime")
        return bool(taken and datetime.now(UTC) - taken > _OLD)

    def refuse_another(self) -> None:
        """Raise ProblemsError while another drill of it goes on."""
        self.apart().refuse_another()

    def restore(self, copy: Copy, shown: Shown) -> Report:
        """Restore it apart, check it, and delete it."""
        return self._trial(shown).carry_out(copy)

    def is_there(self) -> bool:
        """Whether anything of the copy is there."""
        return self.apart().is_left() or self._snapshot() is not None

    def delete(self, shown: Shown) -> None:
        """Delete what is there."""
        Deletion(apart=self.apart(), check=self.checked()).carry_out(shown.show)
        self._drop_snapshot()

    def source(self) -> Source:
        """The database, and where what is restored stands. Raises ProblemsError where there is none."""
        return source(self._rds, self._test)

    def apart(self) -> Apart:
        """What is restored, by its name."""
        situation = self._situation
        return Apart(
            ec2=situation.clients.ec2,
            rds=self._rds,
            source=self.source(),
            tags=dict(situation.pair.recovery.default_tags),
            patience=Patience(situation.waiting.progress.console),
            poll=situation.waiting.poll,
            silence=self._silence,
            suffix=_SUFFIX,
        )

    def _trial(self, shown: Shown) -> Trial:
        situation = self._situation
        return Trial(
            clients=situation.clients,
            stack=situation.pair.recovery,
            apart=self.apart(),
            check=self.checked(),
            progress=_Within(console=situation.waiting.progress.console, shown=shown),
            seconds=60 * situation.waiting.minutes,
            again=f"infra recovery {situation.pair.primary.name} drill",
        )

    def checked(self) -> Check | None:
        """The check of the product. Raises ProblemsError where its service isn't deployed."""
        situation, check = self._situation, self._test.check
        if check is None:
            return None
        made = Check.of(situation.clients, situation.pair.recovery, check)
        # While the stack stands by it has no NAT gateways (stacks/recovery.py).
        return replace(made, public_subnets=public_subnets(situation.clients.ec2, self.source().vpc))

    @property
    def _taken(self) -> str:
        return self.restored

    @property
    def _kind(self) -> str:
        return "db_cluster_snapshot" if self._test.is_cluster else "db_snapshot"

    @property
    def _names(self) -> tuple[str, str]:
        """What the API calls the database, and its snapshot."""
        kind = "DBCluster" if self._test.is_cluster else "DBInstance"
        return (
            f"{kind}Identifier",
            "DBClusterSnapshotIdentifier" if self._test.is_cluster else "DBSnapshotIdentifier",
        )

    def _snapshot(self) -> Json | None:
        _, named = self._names
        errors = self._rds.exceptions
        try:
            found = getattr(self._rds, f"describe_{self._kind}s")(**{named: self._taken})
        except (errors.DBSnapshotNotFoundFault, errors.DBClusterSnapshotNotFoundFault):
            return None
        return next(iter(found["DBClusterSnapshots" if self._test.is_cluster else "DBSnapshots"]), None)

    def _drop_snapshot(self) -> None:
        _, named = self._names
        if self._snapshot():
            getattr(self._rds, f"delete_{self._kind}")(**{named: self._taken})


class CopiedBackup(Copied):
    """A database of which nothing stands by: its newest copy, in a network of its own, as there is no other.

    No service of the recovery stack is there either, so that nothing checks it.
    """

    def __init__(self, situation: Situation, database: Restored, silence: float) -> None:
        super().__init__(situation, database, silence)
        self._database = database
        self._test = replace(self._test, check=None)
        self._network = DrillNetwork(situation.clients, f"{situation.pair.recovery.name}{_SUFFIX}")

    def network(self) -> DrillNetwork | None:
        """Its own."""
        return self._network

    def copy(self) -> Copy | None:
        """The newest of the region, as a failover would take it."""
        found = self._database.newest()
        if found is None:
            return None
        of_snapshot = ":snapshot:" in found.arn
        return Copy(
            at=found.until,
            snapshot=found.arn if of_snapshot else None,
            backups=None if of_snapshot else found.arn,
        )

    def is_taken(self) -> bool:
        """There is nothing to take."""
        return True

    def source(self) -> Source:
        """What the recovery stack would create: the primary's region may be lost."""
        recovery = self._situation.pair.recovery
        own = recovery.resource(f"${{{self._database.address}.id}}")
        described = {
            "DBInstanceClass": own.get("instance_class"),
            "Endpoint": {"Port": own.get("port", _PORT)},
            "StorageEncrypted": True,
        }
        return Source(
            test=self._test,
            described=described,
            members=(),
            vpc=self._network.vpc or "",
            subnet_group=self._network.name,
        )

    def _snapshot(self) -> Json | None:
        return None


def copied(situation: Situation, database: Instances | GlobalDatabase, *, silence: float) -> Copied:
    """What a drill restores of a database; another drill counts as killed after `silence` seconds."""
    if isinstance(database, Restored):
        return CopiedBackup(situation, database, silence)
    return Copied(situation, database, silence)


def _test(situation: Situation, database: Instances | GlobalDatabase) -> RestoreTest:
    """The test of the recovery's database, with the check that the primary's has."""
    pair = situation.pair
    if isinstance(database, GlobalDatabase):
        own, is_cluster = database.cluster, True
        named = {
            pair.recovery.value(other["cluster_identifier"]): pair.primary.value(one["cluster_identifier"])
            for _, one, other in pair.clusters()
        }
        primary = named.get(own)
    else:
        own, primary, is_cluster = database.recovery_name, database.primary_name, False
    found = next((one for one in restore_tests(pair.primary).values() if one.identifier == primary), None)
    return RestoreTest(
        name=found.name if found else own,
        identifier=own,
        is_cluster=is_cluster,
        parameter="",
        check=found.check if found else None,
    )
