"""Booking's environments, one after the other."""

from __future__ import annotations

import pytest

from stacks.booking.schema import BookingSettings
from stacks.booking.settings import ENVIRONMENTS
from tests.stacks.synthesized import Json


@pytest.fixture(params=ENVIRONMENTS, ids=lambda one: str(one.environment.naming.environment))
def settings(request: pytest.FixtureRequest) -> BookingSettings:
    found: BookingSettings = request.param
    return found


@pytest.fixture
def booking(settings: BookingSettings, stacks: dict[str, Json]) -> Json:
    """The Terraform JSON of one environment."""
    return stacks[settings.environment.naming.base]
