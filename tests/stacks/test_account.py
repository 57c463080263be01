"""A production that any account may be is warned of; one that names its account is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend import LocalSettings
from modules.assumed_role import AssumedRole
from modules.errors import ProblemsError
from stacks.environment import PRODUCTION, Environment
from tests.stacks.environments import environments

OPEN = {name: one.environment for name, one in environments().items()}


def annotations_of(directory: Path, environment: Environment) -> list[Any]:
    """What the manifest of one small stack holds for the CDKTF command line."""
    from cdktf import App

    from stacks.base import Stack

    app = App(outdir=str(directory))
    Stack(app, "small", environment=environment, state=LocalSettings())
    app.synth()
    found: list[Any] = json.loads((directory / "manifest.json").read_text())["stacks"]["small"]["annotations"]
    return found


@pytest.mark.parametrize("name", OPEN)
def test_only_production_is_warned_of(name: str, tmp_path: Path) -> None:
    environment = replace(OPEN[name], account_id=None)
    production = environment.naming.environment in PRODUCTION
    found = annotations_of(tmp_path, environment)
    assert [one["level"] for one in found] == (["@cdktf/warn"] if production else [])
    assert all("any AWS account is allowed" in one["message"] for one in found)


ROLE = AssumedRole(role_arn="arn:aws:iam::123456789012:role/deploy", external_id="shop")


def test_every_provider_assumes_the_role_and_takes_its_account_alone(tmp_path: Path) -> None:
    from cdktf import App

    from stacks.base import Stack

    name = next(one for one in OPEN if OPEN[one].naming.environment in PRODUCTION)
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "small", environment=replace(OPEN[name], role=ROLE), state=LocalSettings())
    assert stack.context.global_provider is not None
    app.synth()
    providers = json.loads((tmp_path / "stacks/small/cdk.tf.json").read_text())["provider"]["aws"]
    assert {one.get("alias") for one in providers} >= {None, "us-east-1", "few-tags"}
    assert all(one["assume_role"] == [ROLE.arguments] for one in providers)
    assert all(one["allowed_account_ids"] == [ROLE.account_id] for one in providers)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["stacks"]["small"]["annotations"] == []


def test_a_role_in_another_account_is_refused() -> None:
    with pytest.raises(
        ProblemsError, match="role: got a role in 123456789012 with account_id='210987654321'"
    ):
        replace(next(iter(OPEN.values())), role=ROLE, account_id="210987654321")


def test_one_that_names_its_account_is_not(tmp_path: Path) -> None:
    name = next(one for one in OPEN if OPEN[one].naming.environment in PRODUCTION)
    assert annotations_of(tmp_path, replace(OPEN[name], account_id="123456789012")) == []
