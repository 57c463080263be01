"""A recovery stack stays as it is deployed, unless a plan says twice that it turns; by Terraform itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from modules.errors import ProblemsError
from modules.pause.expressions import ACTIVE, AS_DEPLOYED
from operations.pause import variable
from operations.progress import Progress
from operations.recovery.deployed import Deployed
from operations.terraform import Terraform

pytestmark = pytest.mark.terraform
Json = dict[str, Any]
# What turns a stack, and nothing that needs a provider.
PARTS = ("variable", "output")


class Turned(Terraform):
    """The stack, in a directory."""

    def turn(self, *replace: str, active: bool | None = None) -> bool:
        """Apply with the variable, or plainly; whether anything changes."""
        given = {} if active is None else variable.active(value=active)
        plan = self.plan(variables=given, replace=replace)
        if not plan.empty:
            self.apply(plan)
        return not plan.empty

    def serves(self) -> bool:
        """What programs read."""
        return variable.is_active(self.outputs())


@pytest.fixture
def stack(synthesize_module: Callable[..., Json], tmp_path: Path) -> Turned:
    """Initialized, and not applied."""
    synthesize_module(lambda *_: None, tmp_path, standby=True)
    directory = tmp_path / "stacks/small"
    (file,) = directory.glob("*.tf.json")
    document = json.loads(file.read_text())
    kept = {name: document[name] for name in PARTS}
    kept["resource"] = {"terraform_data": document["resource"]["terraform_data"]}
    file.write_text(json.dumps(kept))
    terraform = Turned(directory)
    terraform.init()
    return terraform


def test_a_plain_apply_does_not_put_a_stack_that_serves_into_standby(stack: Turned) -> None:
    assert stack.turn(), "the first apply needs nothing said"
    assert not stack.serves()
    assert not stack.turn()
    with pytest.raises(ProblemsError, match=f"got {ACTIVE}=true; allowed: false, as it is deployed"):
        stack.turn(active=True)
    assert stack.turn(AS_DEPLOYED, active=True)
    assert stack.serves()
    with pytest.raises(ProblemsError, match=f"got {ACTIVE}=false; allowed: true, as it is deployed: another"):
        stack.turn()
    with pytest.raises(ProblemsError, match=f"to leave it: -var {ACTIVE}=true; to turn it: infra recovery"):
        stack.plan()
    assert stack.serves()
    assert not stack.turn(active=True)
    assert stack.turn(AS_DEPLOYED, active=False)
    assert not stack.serves()


def test_one_that_serves_at_once_stays_so_and_can_be_destroyed(stack: Turned) -> None:
    # As a failover does, which cannot know what an apply that was stopped has left.
    assert stack.turn(AS_DEPLOYED, active=True)
    assert stack.serves()
    stack.destroy()
    assert stack.addresses() == []


def test_a_failover_and_a_failback_turn_it(
    stack: Turned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path))
    deployed = Deployed(stack.directory.name)
    assert not deployed.is_deployed()
    with Progress(Console(file=StringIO())).step("Turn it") as shown:
        for active in (False, True, False):
            assert deployed.turn(shown, active=active) == [AS_DEPLOYED]
            assert (deployed.is_active(), stack.serves()) == (active, active)
            assert deployed.turn(shown, active=active) == []
            assert [one.address for one in deployed.differs(active=not active)] == [AS_DEPLOYED]
