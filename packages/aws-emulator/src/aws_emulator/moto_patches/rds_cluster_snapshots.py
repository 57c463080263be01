"""Snapshots of Aurora's clusters: what names them, and what goes with a cluster."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse

from aws_emulator.moto_patches import Patch

_KIND = "cluster-snapshot"


class SnapshotIdentifier(Patch, of=RDSResponse):
    """RestoreDBClusterFromSnapshot (Amazon RDS API Reference), SnapshotIdentifier: "You can use either the
    name or the Amazon Resource Name (ARN) to specify a DB cluster snapshot"; moto finds it by its name alone.
    """

    def restore_db_cluster_from_snapshot(self: Any) -> ActionResult:
        """By its name, if the ARN is of a snapshot of a cluster in this region."""
        place = f"arn:{self.partition}:rds:{self.region}:{self.current_account}:{_KIND}:"
        named = str(self.params.get("SnapshotIdentifier") or "")
        if named.startswith(place):
            self.params["SnapshotIdentifier"] = named.removeprefix(place)
        return SnapshotIdentifier.moto.restore_db_cluster_from_snapshot(self)  # type: ignore[no-any-return]


class DeleteAutomatedBackups(Patch, of=RDSResponse):
    """DeleteDBCluster (Amazon RDS API Reference), DeleteAutomatedBackups: "The default is to remove automated
    backups immediately after the DB cluster is deleted"; moto keeps them, so that a cluster of the same name
    is refused in the same minute (DBClusterSnapshotAlreadyExistsFault).
    """

    def delete_db_cluster(self: Any) -> ActionResult:
        """With its automated snapshots, unless they are kept."""
        deleted = DeleteAutomatedBackups.moto.delete_db_cluster(self)
        if self.params.get("DeleteAutomatedBackups") is not False:
            name, snapshots = self.params["DBClusterIdentifier"], self.backend.cluster_snapshots
            for key, one in list(snapshots.items()):
                if one.snapshot_type == "automated" and one.cluster.db_cluster_identifier == name:
                    del snapshots[key]
        return deleted  # type: ignore[no-any-return]
