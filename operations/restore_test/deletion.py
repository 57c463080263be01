"""What a test created apart goes again; run again, the deletion goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from operations.restore_test.apart import Apart
from operations.restore_test.check import Check
from operations.restore_test.copies import Json

# DeleteSecurityGroup (Amazon EC2 API Reference, "Error codes").
_IN_USE, _NO_GROUP = "DependencyViolation", "InvalidGroup.NotFound"


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """The deletion of all that there is of a test. The group that says that there is something goes last."""

    apart: Apart
    check: Check | None

    def carry_out(self, show: Callable[[str], None]) -> None:
        """Delete it, and wait until it is gone."""
        patience = self.apart.patience
        for what, is_gone in self._steps():
            while patience.look(is_gone) is not True:
                show(what)
                time.sleep(patience.pause(self.apart.poll))

    def _steps(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        """What is waited for, and a look at it that is True when it is gone and asks for it until then."""
        if self.check:
            yield "the task of the check ends", self.check.has_ended
        yield "the instance is deleted", self._instance
        if self.apart.is_cluster:
            yield "the cluster is deleted", self._cluster
        yield "the network interface of the check goes", self._check_group
        yield "the network interface of the database goes", self._group

    def _instance(self) -> bool:
        found, rds = self.apart.instance(), self.apart.rds
        if found is None:
            return True
        if found["DBInstanceStatus"] != "deleting":
            more = {} if self.apart.is_cluster else {"DeleteAutomatedBackups": True}
            with _later(rds.exceptions.InvalidDBInstanceStateFault, rds.exceptions.DBInstanceNotFoundFault):
                rds.delete_db_instance(
                    DBInstanceIdentifier=self.apart.instance_name, SkipFinalSnapshot=True, **more
                )
        return False

    def _cluster(self) -> bool:
        found, rds = self.apart.cluster(), self.apart.rds
        if found is None:
            return True
        if found["Status"] != "deleting":
            with _later(rds.exceptions.InvalidDBClusterStateFault, rds.exceptions.DBClusterNotFoundFault):
                rds.delete_db_cluster(DBClusterIdentifier=self.apart.name, SkipFinalSnapshot=True)
        return False

    def _check_group(self) -> bool:
        apart = self.apart
        own = apart.group(apart.name)
        # Each names the other: the rule of the database's goes first.
        if own and own["IpPermissions"]:
            apart.ec2.revoke_security_group_ingress(
                GroupId=own["GroupId"], IpPermissions=own["IpPermissions"]
            )
        return self._is_deleted(apart.group(apart.check_group_name))

    def _group(self) -> bool:
        return self._is_deleted(self.apart.group(self.apart.name))

    def _is_deleted(self, found: Json | None) -> bool:
        from botocore.exceptions import ClientError

        if found is None:
            return True
        try:
            self.apart.ec2.delete_security_group(GroupId=found["GroupId"])
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in (_IN_USE, _NO_GROUP):
                raise
            return bool(code == _NO_GROUP)
        return True


@contextmanager
def _later(*errors: type[Exception]) -> Iterator[None]:
    """RDS refuses at times what is not yet created, or has it deleted already; the next look says which."""
    try:
        yield
    except errors:
        return
