"""Regions and partitions, as botocore knows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore
import pytest

from modules.offers.table import offers
from modules.regions import GLOBAL_REGION, endpoint, partition, registry

PARTITIONS = json.loads((Path(botocore.__file__).parent / "data/partitions.json").read_text())["partitions"]


@pytest.mark.parametrize("known", PARTITIONS, ids=lambda one: str(one["id"]))
def test_every_region_of_a_partition_is_known_by_its_name(known: dict[str, Any]) -> None:
    regions = [one for one in known["regions"] if one in offers().zones]
    assert regions
    for region in regions:
        assert partition(region) == known["id"]
        assert endpoint("s3", region) == f"s3.{region}.{known['outputs']['dnsSuffix']}"


def test_global_services_are_where_botocore_asks_for_them() -> None:
    [commercial] = [one for one in PARTITIONS if one["id"] == "aws"]
    assert commercial["outputs"]["implicitGlobalRegion"] == GLOBAL_REGION


def test_a_registry_is_an_account_s_in_a_region() -> None:
    assert registry("123456789012", "eu-west-2") == "123456789012.dkr.ecr.eu-west-2.amazonaws.com"
    assert registry("123456789012", "cn-north-1").endswith(".dkr.ecr.cn-north-1.amazonaws.com.cn")
