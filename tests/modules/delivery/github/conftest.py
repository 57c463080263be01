"""Deployers of two stacks, and their roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.delivery.github.settings import DeployedStack, GitHubRepository, GitHubSettings
from modules.iam.policy import Statement
from tests.stacks.iam.arns import REGION, Applied
from tests.stacks.iam.roles import Role, roles

Json = dict[str, Any]
REPOSITORY = GitHubRepository(owner="acme", name="shop", owner_id=11, id=22)
DEV = DeployedStack(product="shop", regions=(REGION, "eu-central-1"), environment="shop-dev")
PROD = replace(DEV, environment="shop-prod", boundary="shop-boundary")
STATES = "arn:aws:s3:::states"
SETTINGS = GitHubSettings(repository=REPOSITORY, stacks={"shop-dev": DEV, "shop-prod": PROD})


@pytest.fixture(scope="session")
def stack(synthesize_module: Callable[..., Json]) -> Json:
    def build(stack: Any, context: Any) -> None:
        from modules.delivery.github.deployers import GitHubDeployers, States

        states = Statement(actions=["s3:GetObject"], resources=[f"{STATES}/shop-dev/terraform.tfstate"])
        access = States(
            reading=[states],
            locking={"shop-dev": [states]},
            writing={},
            alias="alias/states",
            buckets=[STATES],
        )
        GitHubDeployers(stack, "github", context=context, settings=SETTINGS, states=access)

    return synthesize_module(build)


@pytest.fixture(scope="session")
def by_name(stack: Json) -> dict[str, Role]:
    found = roles(Applied("small", stack))
    named = {arn.rpartition("/")[2].removeprefix("shop-test-"): role for arn, role in found.items()}
    assert set(named) == {
        "pull-request",
        "nightly",
        "shop-dev-release",
        "shop-dev-apply",
        "shop-prod-release",
        "shop-prod-apply",
    }
    return named
