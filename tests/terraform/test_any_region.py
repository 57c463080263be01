"""The real provider plans every product in other regions: its smallest environment, whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.sandbox import prepared
from stacks.catalogue import PRODUCTS
from tests.planned import planned
from tests.stacks.regions import REGIONS, in_region, smallest
from tests.terraform.test_plans import created

pytestmark = pytest.mark.terraform


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("region", REGIONS)
def test_a_product_plans_whole_in_another_region(
    product: str, region: str, once: Callable[..., Path], session_emulator: Emulator, tmp_path: Path
) -> None:
    document = in_region(once, region) / f"stacks/{smallest(product)}/cdk.tf.json"
    session_emulator.reset()
    _, plan = planned(prepared(document, tmp_path, session_emulator, exclusions=()))
    resources = json.loads(document.read_text())["resource"]
    named = {f"{kind}.{one}" for kind, found in resources.items() for one in found}
    assert set(created(plan.document)) == named
    assert [one for one in plan.warnings if "dynamodb_table" not in one] == []
