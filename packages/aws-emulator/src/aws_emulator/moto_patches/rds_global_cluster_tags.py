"""Tags of Aurora's global databases."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.models import RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

from aws_emulator.moto_patches import Patch

# Where moto keeps what belongs to no region.
_HOME = "us-east-1"
_KIND = ":global-cluster:"


class CreateGlobalCluster(Patch, of=RDSResponse):
    """CreateGlobalCluster (Amazon RDS API Reference): Tags, which GlobalCluster has as TagList; moto drops
    them.
    """

    def create_global_cluster(self: Any) -> ActionResult:
        """Create it, and tag it."""
        created: ActionResult = CreateGlobalCluster.moto.create_global_cluster(self)
        made = _global_cluster(self.current_account, self.params["GlobalClusterIdentifier"])
        made.add_tags(self.params.get("Tags", []))
        return created


class TagsOfGlobalClusters(Patch, of=RDSBackend):
    """AddTagsToResource, RemoveTagsFromResource and ListTagsForResource (Amazon RDS API Reference): the ARN
    of a global cluster names no region; moto refuses it.
    """

    def _get_resource_for_tagging(self: Any, arn: str) -> Any:
        if _KIND in arn:
            return _global_cluster(self.account_id, arn.rpartition(":")[2])
        return TagsOfGlobalClusters.moto._get_resource_for_tagging(self, arn)  # noqa: SLF001 - moto's name


def _global_cluster(account_id: str, name: str) -> Any:
    home: Any = rds_backends[account_id][_HOME]
    return home.global_cluster(name.lower())
