"""Tags of global databases, as the API reference of Amazon RDS says."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
TAGS = [{"Key": "Service", "Value": "shop"}]


def test_a_global_cluster_keeps_its_tags(emulator: Emulator) -> None:
    rds = emulator.client("rds", "eu-west-1")
    rds.create_global_cluster(GlobalClusterIdentifier="shop", Engine="aurora-postgresql", Tags=TAGS)
    (made,) = rds.describe_global_clusters(GlobalClusterIdentifier="shop")["GlobalClusters"]
    assert made["TagList"] == TAGS
    arn = made["GlobalClusterArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "Owner", "Value": "you"}])
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Service"])
    # It belongs to no region.
    away = emulator.client("rds", "eu-central-1")
    assert away.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "Owner", "Value": "you"}]


def test_one_that_is_not_there_has_none(emulator: Emulator) -> None:
    rds = emulator.client("rds", "eu-west-1")
    with pytest.raises(ClientError, match="GlobalClusterNotFoundFault"):
        rds.list_tags_for_resource(ResourceName="arn:aws:rds::123456789012:global-cluster:missing")
