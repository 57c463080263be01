"""OHI's environments, one after the other."""

from __future__ import annotations

import pytest

from stacks.ohi.schema import OhiSettings
from stacks.ohi.settings import ENVIRONMENTS
from tests.stacks.synthesized import Json


@pytest.fixture(params=ENVIRONMENTS, ids=lambda one: str(one.environment.naming.environment))
def settings(request: pytest.FixtureRequest) -> OhiSettings:
    found: OhiSettings = request.param
    return found


@pytest.fixture
def stack(settings: OhiSettings, stacks: dict[str, Json]) -> Json:
    """The Terraform JSON of one environment."""
    return stacks[settings.environment.naming.base]
