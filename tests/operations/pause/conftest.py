"""A small stack that can be paused, and `infra pause` and `infra resume` on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STACK, REGION = "ohi-dev", "eu-west-1"
QUEUE, BUCKET = "aws_sqs_queue.work", "aws_s3_bucket.files"
FLAG = "var.infrastructure_paused"


class Shop:
    """A stack of a queue, whose delay is 0 while it is paused, and of a bucket."""

    def __init__(self, project: Any) -> None:
        self.project = project

    def write(self, **more: Any) -> None:
        """What the stack has, as main.py synthesizes it."""
        contents = {
            "variable.infrastructure_paused": {"type": "bool", "default": False},
            "output.infrastructure_paused": {"value": f"${{{FLAG}}}"},
            f"resource.{QUEUE}": {"name": "work", "delay_seconds": f"${{{FLAG} ? 0 : 5}}"},
            f"resource.{BUCKET}": {"bucket": "shop-files"},
        }
        self.project.write({**contents, **more})

    def infra(self, command: str, *words: str) -> Any:
        """Run a command on the stack."""
        return self.project.infra(command, STACK, *words)

    def deploy(self) -> None:
        """Apply everything, running."""
        self.write()
        planned = self.infra("plan", "--skip-policy", "--save", "first.plan")
        assert (planned.returncode, planned.stderr) == (0, "")
        applied = self.project.shell(f"terraform -chdir={self.project.stack} apply $PWD/first.plan")
        assert applied.returncode == 0, applied.stderr

    @property
    def delay(self) -> int:
        """What AWS has."""
        queues = self.project.emulator.client("sqs", REGION)
        url = queues.get_queue_url(QueueName="work")["QueueUrl"]
        found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
        return int(found["Attributes"]["DelaySeconds"])


@pytest.fixture
def shop(project: Any) -> Shop:
    """The stack, nothing of which is deployed."""
    return Shop(project)


@pytest.fixture
def deployed(shop: Shop) -> Shop:
    """The stack, which runs."""
    shop.deploy()
    return shop


@pytest.fixture(scope="module")
def unchanged(new_project: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The stack, which runs, deployed once for tests that change nothing."""
    shop = Shop(new_project(tmp_path_factory.mktemp("unchanged")))
    shop.deploy()
    return shop
