"""Web app's environments, one after the other."""

from __future__ import annotations

import pytest

from stacks.webapp.schema import WebappSettings
from stacks.webapp.settings import ENVIRONMENTS
from tests.stacks.synthesized import Json


@pytest.fixture(params=ENVIRONMENTS, ids=lambda one: str(one.environment.naming.environment))
def settings(request: pytest.FixtureRequest) -> WebappSettings:
    found: WebappSettings = request.param
    return found


@pytest.fixture
def webapp(settings: WebappSettings, stacks: dict[str, Json]) -> Json:
    """The Terraform JSON of one environment."""
    return stacks[settings.environment.naming.base]
