"""The commands of the runbooks of deployments, run in their order on the emulator."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner, Result

from operations import cli
from tests.documents.fences import PROJECT, Command, commands, fences

pytestmark = pytest.mark.emulator


def shown(name: str) -> list[Command]:
    """The commands of a runbook."""
    text = (PROJECT / "docs/runbooks" / name).read_text()
    return [one for fence in fences(name, text) for one in commands(fence)]


def run(command: Command, **digests: str) -> Result:
    """Run one, with a digest for each name that stands for one."""
    import typer

    words = list(command.words[1:])
    for name, image in digests.items():
        words = [word.replace(f"sha256:{name}", image.partition("@")[2]) for word in words]
    app = typer.Typer()
    module, attribute = cli.COMMANDS[words[0]]
    app.command()(getattr(__import__(module, fromlist=[attribute]), attribute))
    return CliRunner().invoke(app, [*words[1:], "--poll", "0"] if "--help" not in words else words[1:])


def test_bad_digest(shop: Any) -> None:
    look, dry, back, again = shown("bad-digest.md")
    bad = {name: shop.push(name, "bad") for name in ("api", "sse")}
    assert shop.deploy(*(f"{name}={image}" for name, image in bad.items())).exit_code == 0
    assert "before" in run(look).output
    assert run(dry).exit_code == 0
    assert shop.runs("api") == (2, bad["api"])
    result = run(back)
    assert result.exit_code == 0, result.output
    assert {name: shop.parameter(name) for name in bad} == {name: shop.first[name] for name in bad}
    assert (shop.active("api"), shop.active("sse")) == ([1], [1])
    shop.ring()
    good = shop.push("api", "good")
    result = run(again, GOOD=good)
    assert result.exit_code == 0, result.output
    assert (shop.runs("api")[1], shop.parameter("api")) == (good, good)


def test_failed_deployment(shop: Any) -> None:
    go_on, look, back = shown("failed-deployment.md")
    image = shop.push("api", "2")
    shop.emulator.order_deployments({"hangs": True})
    assert shop.deploy(f"api={image}", "--wait", "0").exit_code == 3
    shop.emulator.order_deployments()
    result = run(go_on, NEW=image)
    assert result.exit_code == 0, result.output
    assert shop.parameter("api") == image
    # What a run leaves that was killed after ECS had taken its image back.
    found = shop.ecs.describe_task_definition(taskDefinition="ohi-dev-api-task:2")["taskDefinition"]
    shop.ecs.register_task_definition(
        family="ohi-dev-api-task", containerDefinitions=found["containerDefinitions"]
    )
    assert "rolled back by ECS" in run(look).output
    assert run(back).exit_code == 0
    assert (shop.active("api"), shop.runs("api")[0], shop.parameter("api")) == ([1, 2], 2, image)
