"""The real provider plans every product in other regions: its smallest environment, whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.sandbox import prepared
from stacks.catalogue import PRODUCTS
from tests.kept_provider import KeptProvider
from tests.planned import planned
from tests.stacks.regions import REGIONS, in_region, smallest
from tests.terraform.test_plans import created

pytestmark = pytest.mark.terraform
Json = dict[str, Any]


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("region", REGIONS)
def test_a_product_plans_whole_in_another_region(
    product: str,
    region: str,
    stacks: dict[str, Json],
    once: Callable[..., Path],
    session_emulator: Emulator,
    kept_provider: KeptProvider,
    tmp_path: Path,
) -> None:
    name = smallest(product)
    document = json.loads((in_region(once, region) / f"stacks/{name}/cdk.tf.json").read_text())
    resources = document["resource"]
    # Terraform plans a rule in half a second: those that are the same in every region are left out.
    for key, acl in resources.get("aws_wafv2_web_acl", {}).items():
        assert acl["rule"] == stacks[name]["resource"]["aws_wafv2_web_acl"][key]["rule"]
        del acl["rule"][1:]
    file = tmp_path / "one-rule.json"
    file.write_text(json.dumps(document))
    session_emulator.reset()
    workspace = prepared(file, tmp_path / name, session_emulator, exclusions=())
    _, plan = planned(workspace, provider=kept_provider)
    named = {f"{kind}.{one}" for kind, found in resources.items() for one in found}
    assert set(created(plan.document)) == named
    assert [one for one in plan.warnings if "dynamodb_table" not in one] == []
