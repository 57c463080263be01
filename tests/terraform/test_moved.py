"""A resource whose address changed stays what it is, with the `moved` block that CONTRIBUTING.md shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.terraform import Terraform

pytestmark = pytest.mark.terraform
MOVED = [{"from": "terraform_data.queue", "to": "terraform_data.orders"}]


def write(directory: Path, name: str, moved: list[dict[str, str]]) -> Terraform:
    """A stack of one resource at an address, beside the state that is there already."""
    from cdktf import App, LocalBackend, TerraformStack

    app = App(outdir=str(directory))
    stack = TerraformStack(app, "small")
    LocalBackend(stack, path=str(directory / "small.tfstate"))
    stack.add_override(f"resource.terraform_data.{name}", {"input": "kept"})
    if moved:
        stack.add_override("moved", moved)
    app.synth()
    terraform = Terraform(directory / "stacks/small")
    terraform.init()
    return terraform


def test_a_moved_block_keeps_the_resource(tmp_path: Path) -> None:
    before = write(tmp_path, "queue", [])
    before.apply()
    (kept,) = before.show()["values"]["root_module"]["resources"]
    after = write(tmp_path, "orders", MOVED)
    assert {change.action for change in after.plan().changes} <= {"no-op", "move"}
    after.apply()
    (moved,) = after.show()["values"]["root_module"]["resources"]
    assert (moved["address"], moved["values"]["id"]) == ("terraform_data.orders", kept["values"]["id"])


def test_without_one_it_is_made_anew(tmp_path: Path) -> None:
    write(tmp_path, "queue", []).apply()
    actions = {change.action for change in write(tmp_path, "orders", []).plan().changes}
    assert {"create", "delete"} <= actions
