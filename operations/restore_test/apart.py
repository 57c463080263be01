"""What a restore test creates apart: two security groups and a database, found by their names.

The database takes connections from the group of the check alone, and opens none. Whatever a test left that
was killed has the same names, and the next one deletes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from modules.errors import ProblemsError, refusal
from operations.restore_test.copies import Source
from operations.transient import Patience

Json = Mapping[str, Any]
# What is restored for a test bears it, with the name of the database that it is a copy of.
TAG = "RestoreTest"
# Of the security group: which test created it, and when that was last seen.
RUN, SEEN = "RestoreTestRun", "RestoreTestSeen"
_MOST = 63 - len("-1")  # CreateDBInstance, DBInstanceIdentifier: "1 to 63"
_DUPLICATE = "InvalidGroup.Duplicate"  # CreateSecurityGroup (Amazon EC2 API Reference, "Error codes")


@dataclass(kw_only=True)
class Apart:
    """A database restored for a test, from `source`. `tags` are the stack's own, `suffix` ends its name."""

    ec2: Any
    rds: Any
    source: Source
    tags: Mapping[str, str]
    patience: Patience
    poll: float
    # Whoever has not been seen for so long was killed: seconds.
    silence: float
    suffix: str = "-restore-test"
    run: str = field(default_factory=lambda: uuid4().hex)

    @property
    def name(self) -> str:
        """The identifier of what is restored; the security groups have it too."""
        identifier = self.source.test.identifier[: _MOST - len(self.suffix)].rstrip("-")
        return f"{identifier}{self.suffix}"

    @property
    def check_group_name(self) -> str:
        """The security group of the check."""
        return f"{self.name}-check"

    @property
    def is_cluster(self) -> bool:
        """Whether it is a cluster of Aurora."""
        return self.source.test.is_cluster

    @property
    def port(self) -> int:
        """The port of the database."""
        found = self.source.described
        return int(found["Port"] if self.is_cluster else found["Endpoint"]["Port"])

    def group(self, name: str) -> Json | None:
        """A security group of the test, if there is one."""
        if not self.source.vpc:
            return None
        wanted = {"group-name": name, "vpc-id": self.source.vpc}
        filters = [{"Name": key, "Values": [value]} for key, value in wanted.items()]
        found = self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        if found:
            self._check_own(name, found[0].get("Tags", ()))
        return found[0] if found else None

    @property
    def instance_name(self) -> str:
        """The identifier of the instance; in a cluster, of its writer."""
        return f"{self.name}-1" if self.is_cluster else self.name

    def exists(self) -> bool:
        """Whether there is anything of it in RDS."""
        return bool(self.instance() or (self.is_cluster and self.cluster()))

    def cluster(self) -> Json | None:
        """The cluster of Aurora, if there is one."""
        try:
            (found,) = self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"]
        except self.rds.exceptions.DBClusterNotFoundFault:
            return None
        self._check_own(self.name, found.get("TagList", ()))
        return found  # type: ignore[no-any-return]

    def instance(self) -> Json | None:
        """The instance, if there is one."""
        identifier = self.instance_name
        try:
            (found,) = self.rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        except self.rds.exceptions.DBInstanceNotFoundFault:
            return None
        self._check_own(identifier, found.get("TagList", ()))
        return found  # type: ignore[no-any-return]

    def _check_own(self, name: str, tags: Sequence[Json]) -> None:
        """Raise ProblemsError for something of the same name that no test created: it is never deleted."""
        if {one["Key"]: one["Value"] for one in tags}.get(TAG) != self.source.test.identifier:
            why = refusal(
                got=f"{name} without the tag {TAG}={self.source.test.identifier}",
                allowed="nothing of this name, or what a test has left",
                fix="look at what it is: a test would delete it",
            )
            raise ProblemsError.one(f"restore test of {self.source.test.name}", why)

    def last_seen(self) -> float | None:
        """The seconds since a test of this database was last seen; None: none has left anything."""
        found = self.group(self.name)
        if found is None:
            return None
        tags = {one["Key"]: one["Value"] for one in found["Tags"]}
        return (datetime.now(UTC) - datetime.fromisoformat(tags[SEEN])).total_seconds()

    def is_left(self) -> bool:
        """Whether there is anything of it, of whichever test."""
        return self.last_seen() is not None or self.exists()

    def refuse_another(self) -> None:
        """Raise ProblemsError while another test goes on."""
        seconds = self.last_seen()
        if seconds is not None and seconds < self.silence:
            raise self.another(seconds)

    def is_ours(self) -> bool:
        """Whether there is something that this very test has created."""
        found = self.group(self.name)
        return found is not None and {"Key": RUN, "Value": self.run} in found["Tags"]

    @contextmanager
    def being_seen(self) -> Iterator[None]:
        """Say again and again that this test goes on, so that another does not delete what it restored."""
        ended = Event()

        def say() -> None:
            while not ended.wait(self.silence / 4):
                # What goes wrong shows in the test itself, which asks for more.
                with suppress(Exception):
                    self._say_seen()

        thread = Thread(target=say, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _say_seen(self) -> None:
        if found := self.group(self.name):
            now = datetime.now(UTC).isoformat()
            self.ec2.create_tags(Resources=[found["GroupId"]], Tags=[{"Key": SEEN, "Value": now}])

    def create_groups(self) -> tuple[str, str]:
        """Create the groups of the database and of the check, and give their ids.

        Raises ProblemsError if another test was faster.
        """
        from botocore.exceptions import ClientError

        try:
            own = self._create_group(self.name, "A database restored for a test")
        except ClientError as error:
            if error.response["Error"]["Code"] != _DUPLICATE:
                raise
            raise self.another(0) from None
        check = self._create_group(self.check_group_name, "The check of a database restored for a test")
        port = {"IpProtocol": "tcp", "FromPort": self.port, "ToPort": self.port}
        for group in (own, check):
            everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
            self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
        self.ec2.authorize_security_group_ingress(
            GroupId=own, IpPermissions=[{**port, "UserIdGroupPairs": [{"GroupId": check}]}]
        )
        self.ec2.authorize_security_group_egress(
            GroupId=check, IpPermissions=[{**port, "UserIdGroupPairs": [{"GroupId": own}]}]
        )
        return own, check

    def another(self, seconds: float) -> ProblemsError:
        """The error for a test that goes on elsewhere."""
        why = refusal(
            got=f"another one, seen {seconds:.0f} seconds ago",
            allowed="one at a time",
            fix="wait for its end; what a killed one left is deleted when it has been silent for "
            f"{self.silence:.0f} seconds",
        )
        return ProblemsError.one(f"restore test of {self.source.test.name}", why)

    def _create_group(self, name: str, description: str) -> str:
        tags = {**self.own_tags, RUN: self.run, SEEN: datetime.now(UTC).isoformat(), "Name": name}
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        made = self.ec2.create_security_group(
            GroupName=name,
            VpcId=self.source.vpc,
            Description=description,
            TagSpecifications=[{"ResourceType": "security-group", "Tags": listed}],
        )
        return str(made["GroupId"])

    @property
    def own_tags(self) -> dict[str, str]:
        """The stack's tags, and one that says what this is.

        Not BackupPolicy: AWS Backup would keep a copy of the copy.
        """
        return {**self.tags, TAG: self.source.test.identifier}
