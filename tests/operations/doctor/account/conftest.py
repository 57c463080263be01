"""A small stack that is to be deployed, and an AWS inside this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from operations.doctor.account.target import Target

Json = dict[str, Any]
REGION = "eu-west-1"
TAGS = {"Project": "shop", "Environment": "prod", "Owner": "ada"}


def document(resources: Json | None = None, *, environment: str = "prod", **provider: Any) -> Json:
    """The JSON of a stack with these resources, by type and name."""
    tags = [{"tags": {**TAGS, "Environment": environment}}]
    default = {"region": REGION, "default_tags": tags, **provider}
    far = {"alias": "us-east-1", "region": "us-east-1"}
    return {"provider": {"aws": [default, far]}, "resource": resources or {}}


@pytest.fixture
def target(nobody: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Target]]:
    """`target(resources)`: a stack, and an account in which somebody is signed in."""
    del nobody
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")

    def made(resources: Json | None = None, **more: Any) -> Target:
        return Target(stack="shop-prod", document=document(resources, **more), session=boto3.Session())

    with mock_aws():
        yield made
