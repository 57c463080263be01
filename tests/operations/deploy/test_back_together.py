"""`infra rollback` of services that share an image: they go back together."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from operations.rollback import rollback as command

pytestmark = pytest.mark.emulator


def rollback(*words: str) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, ["ohi-dev", *words, "--yes", "--poll", "0"])


def deployed(shop: Any) -> str:
    """Deploy a second image to web and worker, which share one."""
    image: str = shop.push("web", "2")
    assert shop.deploy(f"web={image}").exit_code == 0
    assert (shop.runs("web")[0], shop.runs("worker")[0], shop.parameter("web")) == (2, 2, image)
    return image


@pytest.mark.parametrize("named", ["web", "worker"])
def test_whichever_is_named_both_go_back_and_their_parameter_too(shop: Any, named: str) -> None:
    deployed(shop)
    other = {"web": "worker", "worker": "web"}[named]
    result = rollback(named)
    assert result.exit_code == 0, result.output
    assert f"since it shares its image with {named}" in result.output
    first = shop.first["web"]
    assert {name: shop.runs(name) for name in (named, other)} == {named: (1, first), other: (1, first)}
    assert (shop.active("web"), shop.active("worker"), shop.parameter("web")) == ([1], [1], first)
    assert shop.runs("api")[0] == 1


def test_where_one_fails_the_parameter_and_the_revisions_stay_until_it_is_run_again(shop: Any) -> None:
    image = deployed(shop)
    shop.emulator.order_deployments({"match": "worker", "exit_code": 7})
    result = rollback("web")
    said = str(result.exception)
    assert said.startswith("ohi-dev worker: "), result.output
    assert "nothing was deregistered of web, worker, which share an image" in said
    assert (shop.active("web"), shop.active("worker"), shop.parameter("web")) == ([1, 2], [1, 2], image)
    shop.emulator.order_deployments()
    assert rollback("web").exit_code == 0
    assert (shop.active("web"), shop.active("worker")) == ([1], [1])
    assert shop.parameter("web") == shop.first["web"]


def test_what_cannot_go_back_together_is_refused_before_anything_is_changed(shop: Any) -> None:
    image = deployed(shop)
    shop.ecs.deregister_task_definition(taskDefinition="ohi-dev-worker-task:1")
    first = shop.first["web"]
    assert str(rollback("web").exception) == (
        f"ohi-dev worker: got no active revision of worker with {first}; allowed: the image of web, which it "
        f"shares; deploy it to both: infra deploy ohi-dev web={first}"
    )
    assert (shop.runs("web"), shop.parameter("web")) == ((2, image), image)


def test_named_ones_that_would_get_different_images_are_refused(shop: Any) -> None:
    image = deployed(shop)
    made = shop.ecs.describe_task_definition(taskDefinition="ohi-dev-web-task:2")["taskDefinition"]
    again = shop.ecs.register_task_definition(
        family="ohi-dev-web-task", containerDefinitions=made["containerDefinitions"], memory="1024"
    )
    shop.ecs.update_service(
        cluster="ohi-dev",
        service="ohi-dev-web-service",
        taskDefinition=again["taskDefinition"]["taskDefinitionArn"],
    )
    shop.service("web")
    said = str(rollback("web", "worker").exception)
    assert f"got web back to {image}, worker to {shop.first['web']}" in said
    assert "allowed: one image, which they share; name only the service whose image is right" in said
