"""Stacks that boto3 applies, in the place of Terraform."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from operations.plan.summary import Change
from operations.progress import Step as Shown

if TYPE_CHECKING:
    from tests.operations.recovery.world import World

PRIMARY, RECOVERY = "ohi-prod", "ohi-prod-recovery"
HOME, AWAY = "eu-west-1", "eu-central-1"
DATABASE, ADDRESS = "shop-db", "aws_db_instance.database"
Json = dict[str, Any]


def changed(address: str) -> Change:
    """A change in a plan."""
    return Change(address=address, type=address.partition(".")[0], action="update")


class Applied:
    """A stack that boto3 applies: what `operations.recovery.deployed.Deployed` does with Terraform."""

    def __init__(self, world: World, stack: str) -> None:
        self._world, self.stack = world, stack

    def is_deployed(self) -> bool:
        return True

    def is_paused(self) -> bool:
        return bool(self._state()["paused"])

    def is_active(self) -> bool:
        return bool(self._state().get("active"))

    def differs(self, given: Mapping[str, str] | None = None, **turned: bool) -> list[Change]:
        del given
        return [changed(name) for name, value in turned.items() if self._state()[name] != value]

    def turn(
        self,
        shown: Shown,
        *,
        replace: Sequence[str] = (),
        given: Mapping[str, str] | None = None,
        **turned: bool,
    ) -> list[str]:
        del shown
        found = self.differs(None, **turned)
        state = {**self._state(), **turned}
        world, rds = self._world, self._world.client("rds", AWAY)
        own = f"{DATABASE}-recovery"
        if given:
            rds.restore_db_instance_to_point_in_time(
                TargetDBInstanceIdentifier=own,
                SourceDBInstanceAutomatedBackupsArn=given["restore_shop_from"],
                UseLatestRestorableTime=True,
                BackupRetentionPeriod=7,
            )
        if self.stack == RECOVERY and not world.aurora and not world.backup:
            if state["active"] and world.instance(AWAY, own)["replica"]:
                rds.promote_read_replica(DBInstanceIdentifier=own, BackupRetentionPeriod=7)
            if replace:
                assert list(replace) == [ADDRESS]
                rds.delete_db_instance(DBInstanceIdentifier=own, SkipFinalSnapshot=True)
                world.replicate()
        world.scale(self.stack, 1 if state.get("active", True) and not state["paused"] else 0)
        self._note(state)
        return [one.address for one in found]

    def resource_id(self, address: str) -> str:
        assert address == ADDRESS
        return str(self._state()["id"])

    def adopt(self, address: str, identifier: str, *, without: Sequence[str]) -> None:
        assert (address, list(without)) == (ADDRESS, [])
        self._note({**self._state(), "id": self._world.instance(HOME, identifier)["id"]})

    def _state(self) -> Json:
        found: Json = json.loads(self._world.state.read_text())[self.stack]
        return found

    def _note(self, state: Json) -> None:
        self._world.note({**json.loads(self._world.state.read_text()), self.stack: state})
