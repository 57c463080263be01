"""OHI's environments, one after the other."""

from __future__ import annotations

from typing import Any

import pytest

Json = dict[str, Any]


@pytest.fixture(params=["ohi-dev", "ohi-staging", "ohi-prod"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stack(name: str, stacks: dict[str, Json]) -> Json:
    return stacks[name]
