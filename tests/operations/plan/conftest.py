"""A small stack that holds data, and `infra plan` on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

STACK = "ohi-dev"
BUCKET, TABLE, TOPIC = "aws_s3_bucket.assets", "aws_dynamodb_table.orders", "aws_sns_topic.events"


class Shop:
    """A stack of a bucket and a table, which hold data, and of a topic, which holds none."""

    def __init__(self, project: Any) -> None:
        self.project = project

    def write(
        self, *, bucket: str = "assets-one", table: bool = True, topic: str = "one", **more: Any
    ) -> None:
        """What the stack has, as main.py synthesizes it."""
        key = {"name": "id", "type": "S"}
        orders = {"name": "orders", "hash_key": "id", "billing_mode": "PAY_PER_REQUEST", "attribute": [key]}
        contents = {
            f"resource.{BUCKET}": {"bucket": bucket},
            f"resource.{TOPIC}": {"name": topic},
            **({f"resource.{TABLE}": orders} if table else {}),
            "output.place": {"value": "first"},
        }
        self.project.write({**contents, **more})

    def plan(self, *words: str, policy: bool = False, **environment: str) -> Any:
        """Run `infra plan`."""
        without = [] if policy else ["--skip-policy"]
        return self.project.infra("plan", STACK, *without, *words, **environment)

    def apply(self, output: str, **environment: str) -> str:
        """Apply by the line that a plan printed; what Terraform says."""
        found = re.search(r"^ *(\S* ?terraform -chdir=.* apply .*)$", output, re.MULTILINE)
        assert found, output
        applied = self.project.shell(found[1], **environment)
        assert applied.returncode == 0, applied.stderr
        return str(applied.stdout)

    def deploy(self) -> None:
        """Plan, save and apply everything."""
        self.write()
        planned = self.plan("--save", "first.plan")
        assert (planned.returncode, planned.stderr) == (0, "")
        assert "3 added, 0 changed, 0 destroyed" in self.apply(planned.stdout)

    @property
    def plans(self) -> list[str]:
        """The plans in the project, saved or left behind: they hold what the state holds."""
        found = (path.relative_to(self.project.directory) for path in self.project.directory.rglob("*plan*"))
        return sorted(str(path) for path in found if ".terraform" not in path.parts)

    @property
    def buckets(self) -> set[str]:
        """The buckets there are, that of the states excepted."""
        found = self.project.emulator.client("s3", "eu-west-1").list_buckets()["Buckets"]
        return {one["Name"] for one in found if not one["Name"].endswith("-state")}


@pytest.fixture
def shop(project: Any) -> Shop:
    """The stack, nothing of which is deployed."""
    return Shop(project)


@pytest.fixture(scope="module")
def deployed(new_project: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The stack deployed once, for tests that plan and apply nothing."""
    shop = Shop(new_project(tmp_path_factory.mktemp("deployed")))
    shop.deploy()
    return shop
