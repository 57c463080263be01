"""A database of RDS on its way back to the primary's region."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.progress import Step as Shown
from operations.recovery.databases import Instances, Restored, find_instance, follows, instance_lag
from operations.recovery.situation import Situation
from operations.recovery.steps import Step
from operations.synthesized.stack_json import Json

_AVAILABLE = "available"
# DbiResourceId (Amazon RDS API Reference): `db-` and 26 letters and digits; enough of it to tell one failover
# from another.
_DIGITS = slice(3, 11)


class Returning:
    """The instance that takes the primary's place with what the recovery's has.

    The two are exchanged as docs/runbooks/restore-database.md does. The one of before is kept under a name
    with the resource id of the recovery's instance, which is another one after each failback: what is there
    tells how far a failback has come.
    """

    def __init__(self, situation: Situation, database: Instances) -> None:
        self._situation, self._database = situation, database
        self._rds = situation.primary_clients.rds
        self.name, self.address = database.primary_name, database.address

    def is_home(self) -> bool:
        """Whether the primary's instance has what the recovery's has written."""
        own = self._database.standby()
        if own is None or follows(own):
            return True
        names = (self.name, self._kept(own), self._new(own))
        return [find_instance(self._rds, one) is not None for one in names] == [True, True, False]

    def is_standby(self) -> bool:
        """Whether the recovery's instance is a replica of the primary's again."""
        if isinstance(self._database, Restored):
            return True  # nothing stands by: the next failover restores a copy
        own, home = self._database.standby(), find_instance(self._rds, self.name)
        return bool(own and home and follows(own) == home["DBInstanceArn"])

    def before(self) -> Iterator[Step]:
        """While the recovery still serves: a copy of what it has."""
        yield Step(
            title=f"Copy {self._database.recovery_name} back into {self._situation.pair.primary.region}",
            done=self._is_copied,
            run=self._copy,
        )

    def after(self) -> Iterator[Step]:
        """Once nobody writes: the copy takes the primary's place."""
        yield Step(
            title=f"Wait until the copy has what {self._database.recovery_name} wrote",
            done=self._is_promoted,
            run=self._catch_up,
        )
        yield Step(
            title=f"Promote the copy of {self._database.recovery_name}",
            done=self._is_promoted,
            run=self._promote,
        )
        yield Step(
            title=f"Give it the name {self.name}, and keep the one of before",
            done=self.is_home,
            run=self._exchange,
        )
        yield Step(
            title=f"Put it into the state of {self._situation.pair.primary.name}",
            done=self._is_in_state,
            run=lambda _: self._situation.primary.adopt(
                self.address, self.name, without=[*self._dependent()]
            ),
        )

    def stale_replicas(self) -> list[str]:
        """Addresses of replicas in the primary's own region that still follow the one of before."""
        stack = self._situation.pair.primary
        home = find_instance(self._rds, self.name)
        found = []
        for name, body in stack.resources("aws_db_instance").items():
            if f"{self.address}." not in str(body.get("replicate_source_db") or ""):
                continue
            replica = find_instance(self._rds, stack.value(body["identifier"]))
            if replica and home and follows(replica) not in (self.name, home["DBInstanceArn"]):
                found.append(f"aws_db_instance.{name}")
        return found

    def release(self) -> None:
        """Let the recovery's instance be deleted, which an apply is to create anew as a replica."""
        own = self._database.standby()
        if own and own.get("DeletionProtection"):
            self._database.clients.rds.modify_db_instance(
                DBInstanceIdentifier=self._database.recovery_name,
                DeletionProtection=False,
                ApplyImmediately=True,
            )

    def _kept(self, own: Json) -> str:
        return f"{self.name}-before-{own['DbiResourceId'][_DIGITS].lower()}"

    def _new(self, own: Json) -> str:
        return f"{self.name}-from-{own['DbiResourceId'][_DIGITS].lower()}"

    def _own(self) -> Json:
        """The recovery's instance, which is there until the primary's has its place again."""
        found = self._database.standby()
        if found is None:
            name = self._database.recovery_name
            why = refusal(got="no such instance", allowed="the recovery's database", fix="look for it")
            raise ProblemsError.one(name, why)
        return found

    def _copied(self) -> Json | None:
        own = self._database.standby()
        return find_instance(self._rds, self._new(own)) if own else None

    def _is_copied(self) -> bool:
        found = self._copied()
        return self.is_home() or bool(found and found["DBInstanceStatus"] == _AVAILABLE)

    def _is_promoted(self) -> bool:
        found = self._copied()
        ready = found and found["DBInstanceStatus"] == _AVAILABLE and not follows(found)
        return self.is_home() or bool(ready)

    def _is_in_state(self) -> bool:
        home = find_instance(self._rds, self.name)
        return bool(home and self._situation.primary.resource_id(self.address) == home["DbiResourceId"])

    def _copy(self, shown: Shown) -> None:
        own = self._own()
        name = self._new(own)
        if find_instance(self._rds, name) is None:
            self._rds.create_db_instance_read_replica(**self._like_before(own), DBInstanceIdentifier=name)
        self._until_available(name, shown)

    def _like_before(self, own: Json) -> dict[str, Any]:
        """The arguments of the copy: those of the primary's instance that an apply could not change later."""
        before = find_instance(self._rds, self.name)
        if before is None:
            why = refusal(
                got=f"no {self.name} in {self._situation.pair.primary.region}",
                allowed="the database of before, whose network and key the copy gets",
                fix=f"apply the stack: infra plan {self._situation.pair.primary.name}",
            )
            raise ProblemsError.one(self.name, why)
        key = {"KmsKeyId": before["KmsKeyId"]} if before.get("StorageEncrypted") else {}
        return {
            "SourceDBInstanceIdentifier": own["DBInstanceArn"],
            "SourceRegion": self._situation.pair.recovery.region,
            "DBInstanceClass": before["DBInstanceClass"],
            "DBSubnetGroupName": before["DBSubnetGroup"]["DBSubnetGroupName"],
            "DBParameterGroupName": before["DBParameterGroups"][0]["DBParameterGroupName"],
            "VpcSecurityGroupIds": [one["VpcSecurityGroupId"] for one in before["VpcSecurityGroups"]],
            "MultiAZ": before["MultiAZ"],
            "PubliclyAccessible": False,
            **key,
        }

    def _catch_up(self, shown: Shown) -> None:
        stopped = datetime.now(UTC).replace(microsecond=0)

        def caught_up() -> bool:
            copy = self._copied()
            lag = copy and instance_lag(
                self._situation.primary_clients.cloudwatch, copy["DBInstanceIdentifier"]
            )
            return bool(lag and lag.until >= stopped)

        self._situation.waiting.until(caught_up, shown, f"what {self._database.recovery_name} wrote")

    def _promote(self, shown: Shown) -> None:
        name = self._new(self._own())
        copy = find_instance(self._rds, name)
        if copy and follows(copy):
            before = find_instance(self._rds, self.name) or {}
            days = before.get("BackupRetentionPeriod") or 1
            self._rds.promote_read_replica(DBInstanceIdentifier=name, BackupRetentionPeriod=days)
        self._until_available(name, shown, replica=False)

    def _exchange(self, shown: Shown) -> None:
        """Two renamings, each looked for first."""
        own = self._own()
        kept, new = self._kept(own), self._new(own)
        if find_instance(self._rds, kept) is None:
            self._rename(self.name, kept, shown)
        self._until_available(kept, shown)
        if find_instance(self._rds, new) is not None:
            self._rename(new, self.name, shown)
        self._until_available(self.name, shown)

    def _rename(self, name: str, new: str, shown: Shown) -> None:
        self._until_available(name, shown)
        self._rds.modify_db_instance(
            DBInstanceIdentifier=name, NewDBInstanceIdentifier=new, ApplyImmediately=True
        )

    def _until_available(self, name: str, shown: Shown, *, replica: bool = True) -> None:
        def available() -> bool:
            found = find_instance(self._rds, name)
            ready = found and found["DBInstanceStatus"] == _AVAILABLE
            return bool(found and ready and (replica or not follows(found)))

        self._situation.waiting.until(available, shown, f"{name} to be available")

    def _dependent(self) -> Iterator[str]:
        """Addresses of copies of the backups of the one of before, which stay for their days."""
        kind = "aws_db_instance_automated_backups_replication"
        for name, body in self._situation.pair.primary.resources(kind).items():
            if f"{self.address}." in str(body.get("source_db_instance_arn")):
                yield f"{kind}.{name}"
