"""Checkov has nothing against any stack that is not accepted with a reason, and no reason is out of date."""

from __future__ import annotations

from typing import Any

import pytest

from operations.plan.policy import Finding, findings, left_over, unused

pytestmark = pytest.mark.terraform


@pytest.fixture(scope="module")
def found(plans: Any) -> list[Finding]:
    return findings({name: planned.document for name, planned in plans.items()})


def test_every_finding_is_accepted_with_a_reason(found: list[Finding]) -> None:
    assert left_over(found) == []


def test_every_exception_covers_a_finding(found: list[Finding]) -> None:
    assert unused(found) == []
