"""What AWS is about to do to databases."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse

from aws_emulator.moto_patches import Patch

# The tag by which a test orders pending maintenance, such as `system-update`.
_TAG = "aws-emulator:pending-maintenance"


class DescribePendingMaintenanceActions(Patch, of=RDSResponse):
    """DescribePendingMaintenanceActions (Amazon RDS API Reference) tells of the resources that have any; moto
    has no such call. Here those have any that bear the tag `aws-emulator:pending-maintenance`.
    """

    def describe_pending_maintenance_actions(self: Any) -> Any:
        """Those that are tagged."""
        everything = [*self.backend.describe_db_instances(), *self.backend.describe_db_clusters()]
        found = []
        for one in everything:
            tags = {tag["Key"]: tag["Value"] for tag in one.get_tags()}
            if action := tags.get(_TAG):
                arn = getattr(one, "db_instance_arn", None) or one.db_cluster_arn
                details = [{"Action": action, "Description": "ordered by a test"}]
                found.append({"ResourceIdentifier": arn, "PendingMaintenanceActionDetails": details})
        return ActionResult({"PendingMaintenanceActions": found})
