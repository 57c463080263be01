"""`infra deploy` and `infra rollback` in processes of their own, killed (kill -9) at a call."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.operations.deploy.test_interrupted import until
from tests.operations.faults import faulty

pytestmark = pytest.mark.emulator


def killed(shop: Any, call: str, *words: str, after: bool) -> None:
    """Run the real `infra` until a call, and kill it before or after that is carried out."""
    with (
        faulty(shop.emulator.port) as faults,
        shop.project.start(*words, AWS_ENDPOINT_URL=faults.url) as process,
    ):
        faults.stop_at(call, process, after=after)
        output, errors = process.communicate(timeout=120)
    assert faults.stopped, (output, errors)
    assert process.returncode == -9


@pytest.mark.parametrize(
    ("call", "after"), [("RegisterTaskDefinition", True), ("UpdateService", True), ("PutParameter", False)]
)
def test_after_a_kill_the_same_command_ends_the_deployment(shop: Any, call: str, *, after: bool) -> None:
    image = shop.push("api", "2")
    shop.write()
    words = ("deploy", "ohi-dev", f"api={image}", "--poll", "0", "--no-health")
    killed(shop, call, *words, after=after)
    assert shop.parameter("api") == shop.first["api"]
    again = shop.project.infra(*words)
    assert again.returncode == 0, again.stderr
    assert (shop.runs("api"), shop.parameter("api"), shop.active("api")) == ((2, image), image, [1, 2])


@pytest.mark.parametrize("call", ["UpdateService", "PutParameter"])
def test_after_a_kill_the_same_command_ends_the_return(shop: Any, call: str) -> None:
    image = shop.push("api", "2")
    assert shop.deploy(f"api={image}").exit_code == 0
    shop.write()
    words = ("rollback", "ohi-dev", "api", "--yes", "--poll", "0")
    killed(shop, call, *words, after=True)
    again = shop.project.infra(*words)
    assert again.returncode == 0, again.stderr
    first = shop.first["api"]
    assert (shop.runs("api"), shop.parameter("api"), shop.active("api")) == ((1, first), first, [1])


def test_of_two_people_who_deploy_at_once_the_second_is_told_and_changes_nothing(shop: Any) -> None:
    mine, theirs = shop.push("api", "2"), shop.push("api", "3")
    shop.write()
    shop.emulator.order_deployments({"hangs": True})
    words = ("--poll", "0", "--no-health")
    with shop.project.start("deploy", "ohi-dev", f"api={theirs}", *words) as first:
        until(lambda: shop.statuses("api")[0] == "IN_PROGRESS")
        second = shop.project.infra("deploy", "ohi-dev", f"api={mine}", *words)
        assert second.returncode == 2
        assert "api: got a deployment of ohi-dev-api-task:2, IN_PROGRESS since" in second.stderr
        assert "allowed: one deployment at a time" in second.stderr
        assert shop.active("api") == [1, 2]
        shop.emulator.order_deployments()
        output, errors = first.communicate(timeout=120)
    assert first.returncode == 0, (output, errors)
    assert (shop.runs("api"), shop.parameter("api")) == ((2, theirs), theirs)


def test_a_dry_run_prints_its_plan_as_json(shop: Any) -> None:
    image = shop.push("api", "2")
    shop.write()
    planned = shop.project.infra("deploy", "ohi-dev", f"api={image}", "sse", "--dry-run", "--json")
    assert planned.returncode == 0, planned.stderr
    services = json.loads(planned.stdout)["services"]
    before, others = shop.first["api"], shop.first["sse"]
    assert services["api"] == {"image": image, "starts_again": False, "running": before, "tasks": 1}
    assert services["sse"] == {"image": others, "starts_again": True, "running": others, "tasks": 1}
    assert shop.active("api") == [1]
