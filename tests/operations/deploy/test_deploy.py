"""`infra deploy`: what is deployed, how failures are told, and what is left behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.emulator


def test_an_image_is_deployed_and_the_parameter_names_it(shop: Any) -> None:
    image = shop.push("api", "2")
    result = shop.deploy(f"api={image}")
    assert result.exit_code == 0, result.output
    assert (shop.runs("api"), shop.parameter("api")) == ((2, image), image)
    assert shop.runs("sse")[0] == 1, "no other service is touched"
    before, after = (
        shop.ecs.describe_task_definition(taskDefinition=f"ohi-dev-api-task:{number}", include=["TAGS"])
        for number in (1, 2)
    )
    assert after["tags"] == before["tags"]
    for one in (before, after):
        one["taskDefinition"]["containerDefinitions"][1].pop("image")
        for assigned in ("taskDefinitionArn", "registeredAt", "revision"):
            one["taskDefinition"].pop(assigned)
    assert after["taskDefinition"] == before["taskDefinition"]


def test_services_that_share_an_image_are_deployed_together(shop: Any) -> None:
    image = shop.push("web", "2")
    result = shop.deploy(f"worker={image.partition('@')[2]}")
    assert result.exit_code == 0, result.output
    assert (shop.runs("web"), shop.runs("worker"), shop.parameter("web")) == ((2, image), (2, image), image)


def test_of_services_that_share_an_image_none_stays_on_what_failed_in_another(shop: Any) -> None:
    image = shop.push("web", "2")
    shop.emulator.order_deployments({"match": "worker", "exit_code": 7, "logs": ["no queue"]})
    result = shop.deploy(f"web={image}")
    assert result.exit_code == 1, result.output
    assert "container worker: exit code 7" in result.output
    assert "| no queue" in result.output
    assert "web: goes back, since it shares its image with what failed" in result.output
    assert {shop.runs("web")[1], shop.runs("worker")[1], shop.parameter("web")} == {shop.first["web"]}
    assert (shop.active("web"), shop.active("worker")) == ([1], [1])


def test_a_circuit_breakers_rollback_is_a_failure_and_the_others_are_deployed(shop: Any) -> None:
    bad, good = shop.push("api", "2"), shop.push("sse", "2")
    shop.emulator.order_deployments({"match": bad, "exit_code": 3, "logs": ["no DATABASE_URL"]})
    result = shop.deploy(f"api={bad}", f"sse={good}", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert {name: one["status"] for name, one in told["services"].items()} == {
        "api": "ROLLBACK_SUCCESSFUL",
        "sse": "SUCCESSFUL",
    }
    for words in ("a task ended (EssentialContainerExited)", "exit code 3", "| no DATABASE_URL"):
        assert words in result.stderr
    assert (shop.runs("api"), shop.parameter("api")) == ((1, shop.first["api"]), shop.first["api"])
    assert shop.active("api") == [1], "Terraform would deploy what is left"
    assert (shop.runs("sse"), shop.parameter("sse")) == ((2, good), good)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"failure": "CannotPullContainerError: no"}, "it never started (CannotPullContainerError: no)"),
        ({"unhealthy": True}, "its health check failed"),
        ({"exit_code": 1, "rollback_fails": True}, "FAILED (ROLLBACK_FAILED)"),
    ],
)
def test_other_ways_to_fail(shop: Any, order: Any, said: str) -> None:
    image = shop.push("api", "2")
    shop.emulator.order_deployments({"match": image, **order})
    result = shop.deploy(f"api={image}")
    assert result.exit_code == 1
    assert said in result.output
    assert (shop.parameter("api"), shop.active("api")) == (shop.first["api"], [1])


def test_what_runs_is_started_again(shop: Any) -> None:
    result = shop.deploy("api")
    assert result.exit_code == 0, result.output
    assert (shop.runs("api")[0], shop.statuses("api")) == (1, ["SUCCESSFUL"] * 2)
    assert len(shop.statuses("sse")) == 1
    assert "run it with --yes" in str(shop.deploy().exception)
    assert shop.deploy("--yes").exit_code == 0
    assert {name: len(shop.statuses(name)) for name in shop.services} == {
        "api": 3, "web": 2, "worker": 2, "sse": 2
    }  # fmt: skip


def test_a_dry_run_changes_nothing(shop: Any) -> None:
    image = shop.push("api", "2")
    result = shop.deploy(f"api={image}", "--dry-run")
    assert result.exit_code == 0
    assert image in "".join(result.output.split())
    assert (shop.active("api"), shop.statuses("api")) == ([1], ["SUCCESSFUL"])


def test_waiting_ends_and_the_same_command_goes_on(shop: Any) -> None:
    image = shop.push("api", "2")
    shop.emulator.order_deployments({"hangs": True})
    result = shop.deploy(f"api={image}", "--wait", "0.001")
    assert result.exit_code == 3
    assert f"infra deploy ohi-dev api={image}" in result.output
    assert shop.parameter("api") == shop.first["api"]
    shop.emulator.order_deployments()
    assert shop.deploy(f"api={image}").exit_code == 0
    assert (shop.runs("api"), shop.parameter("api")) == ((2, image), image)
    assert shop.statuses("api") == ["SUCCESSFUL"] * 2, "it went on with the one that was begun"


def test_eleven_services_one_of_which_fails(new_shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told within 15 seconds of ECS's giving it up: after it began, and three tasks had died."""
    step, told = 0.5, []
    monkeypatch.setattr(
        "operations.deploy.deployment.say",
        lambda _, text: told.append(datetime.now(UTC)) if "FAILED" in text else None,
    )
    names = [f"s{number}" for number in range(11)]
    shop = new_shop(dict(zip(names, names, strict=True)))
    images = {name: shop.push(name, "2") for name in names}
    shop.emulator.order_deployments(
        {"match": images["s4"], "exit_code": 1, "seconds": step}, {"seconds": 2.0}
    )
    result = shop.deploy(*(f"{name}={image}" for name, image in images.items()), poll=0.2)
    assert result.exit_code == 1
    assert {name: shop.runs(name)[1] for name in names} == {**images, "s4": shop.first["s4"]}
    assert {name: shop.parameter(name) for name in names} == {**images, "s4": shop.first["s4"]}
    assert "Failed: s4" in result.output
    service = "ohi-dev-s4-service"
    (latest, _) = shop.ecs.list_service_deployments(cluster="ohi-dev", service=service)["serviceDeployments"]
    given_up = latest["createdAt"] + timedelta(seconds=4 * step)
    assert [timedelta(seconds=-1) < when - given_up < timedelta(seconds=15) for when in told] == [True]


def test_a_service_that_does_not_answer_from_outside(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.deploy.health._PAUSE", 0.0)
    shop.hosts = {"api": "127.0.0.1:1"}
    image = shop.push("api", "2")
    result = shop.deploy(f"api={image}")
    assert result.exit_code == 1
    assert "https://127.0.0.1:1/health: [Errno 111] Connection refused" in result.output
    assert shop.parameter("api") == image, "it runs, and so Terraform must know it"
    assert shop.deploy(f"api={image}", "--no-health").exit_code == 0
