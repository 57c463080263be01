"""Keys: who may administer them, who may use them, and how long they last."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]


@pytest.fixture(scope="module")
def keys(synthesize_module: Callable[..., Json]) -> dict[str, Json]:
    from modules.kms.key import Key

    def build(stack: Any, context: Any) -> None:
        Key(
            stack,
            "logs",
            context=context,
            purpose="logs",
            services=("logs", "delivery.logs"),
            protected=False,
        )
        Key(stack, "data", context=context, purpose="data")

    stack = synthesize_module(build)
    found = stack["resource"]["aws_kms_key"].values()
    aliases = [alias["name"] for alias in stack["resource"]["aws_kms_alias"].values()]
    assert sorted(aliases) == ["alias/shop-test-data", "alias/shop-test-logs"]
    return {key["//"]["metadata"]["path"].split("/")[1]: key for key in found}


def statements(key: Json) -> list[Json]:
    found: list[Json] = json.loads(key["policy"])["Statement"]
    return found


def test_a_key_rotates_and_is_protected_unless_told_otherwise(keys: dict[str, Json]) -> None:
    assert all(key["enable_key_rotation"] is True for key in keys.values())
    assert keys["data"]["lifecycle"] == {"prevent_destroy": True}
    assert keys["data"]["deletion_window_in_days"] == 30
    assert "lifecycle" not in keys["logs"]
    assert keys["logs"]["deletion_window_in_days"] == 7


def test_the_account_administers_its_keys_and_nobody_else_may_use_them(keys: dict[str, Json]) -> None:
    (only,) = statements(keys["data"])
    assert only["Principal"]["AWS"].endswith(":root")
    assert only["Action"] == ["kms:*"]


def test_named_services_may_use_a_key_on_behalf_of_the_account_alone(keys: dict[str, Json]) -> None:
    _, logs, delivery = statements(keys["logs"])
    assert logs["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert list(logs["Condition"]["ArnLike"]) == ["kms:EncryptionContext:aws:logs:arn"]
    assert delivery["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert list(delivery["Condition"]["StringEquals"]) == ["aws:SourceAccount"]
    assert all("kms:*" not in one["Action"] for one in (logs, delivery))
