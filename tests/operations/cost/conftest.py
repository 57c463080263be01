"""Small stacks, and prices that are round figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from operations.cost.estimate import estimate
from operations.cost.lines import Estimate
from operations.cost.usage import Usage

Json = dict[str, Any]
REGION = "eu-west-1"
STACK = "shop-prod"


def document(region: str = REGION, **resources: Json) -> Json:
    """A stack with resources by type, without `aws_`, and name."""
    providers = [{"region": region}, {"alias": "us-east-1", "region": "us-east-1"}]
    named = {
        f"aws_{kind}": {name: _body(name, body) for name, body in bodies.items()}
        for kind, bodies in resources.items()
    }
    return {"provider": {"aws": providers}, "resource": named}


def _body(name: str, body: Json) -> Json:
    return {"//": {"metadata": {"path": f"{STACK}/{name}/Default"}}, **body}


@pytest.fixture
def of() -> Callable[..., Estimate]:
    """`of(kind={…})` is the estimate of a stack of these resources."""

    def made(
        *, paused: bool = False, usage: Json | None = None, region: str = REGION, **resources: Json
    ) -> Estimate:
        assumed = Usage.model_validate(usage or {})
        return estimate(STACK, document(region, **resources), paused=paused, assumed=assumed)

    return made
