"""Plans and selections of AWS Backup."""

from __future__ import annotations

import json
from typing import Any

from moto.backup.exceptions import (
    AlreadyExistsException,
    InvalidParameterValueException,
    InvalidRequestException,
    ResourceNotFoundException,
)
from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
_DAYS_IN_COLD_STORAGE = 90


class BackupPlans(Patch, of=BackupBackend):
    """CreateBackupPlan, UpdateBackupPlan, DeleteBackupPlan (AWS Backup API Reference): a lifecycle keeps what
    is cold for 90 days, a plan with selections can't be deleted, and the name of a deleted one is free; moto
    knows none of it, and can't change a plan.
    """

    def create_backup_plan(
        self: Any, backup_plan: Json, backup_plan_tags: Any, creator_request_id: Any
    ) -> Any:
        """Create a plan; only what was not deleted is in its way."""
        _check_lifecycles(backup_plan)
        deleted = {known: plan for known, plan in self.plans.items() if plan.deletion_date is not None}
        for known in deleted:
            del self.plans[known]
        try:
            return BackupPlans.moto.create_backup_plan(
                self, backup_plan, backup_plan_tags, creator_request_id
            )
        finally:
            self.plans.update(deleted)

    def update_backup_plan(self: Any, backup_plan_id: str, backup_plan: Json) -> Any:
        """Replace the document of a plan, which makes a version of it."""
        _check_lifecycles(backup_plan)
        plan = self.get_backup_plan(backup_plan_id, None)
        if plan.deletion_date is not None:
            raise ResourceNotFoundException("The backup plan was deleted")
        # moto fills the defaults of a rule in as it creates a plan.
        made = Plan(backup_plan=backup_plan, creator_request_id=plan.creator_request_id, backend=self)
        plan.backup_plan, plan.version_id = made.backup_plan, made.version_id
        plan.advanced_backup_settings = made.advanced_backup_settings
        return plan

    def delete_backup_plan(self: Any, backup_plan_id: str) -> Any:
        """Delete a plan without selections."""
        if self.selections_of(backup_plan_id):
            raise InvalidRequestException(
                "Related backup plan selections must be deleted prior to backup plan deletion"
            )
        return BackupPlans.moto.delete_backup_plan(self, backup_plan_id)

    def selections_of(self: Any, backup_plan_id: str) -> dict[str, Json]:
        """The selections of a plan, by their ids."""
        everything: dict[str, dict[str, Json]] = self.__dict__.setdefault("selections_by_plan", {})
        return everything.setdefault(backup_plan_id, {})

    def selection(self: Any, backup_plan_id: str, selection_id: str) -> Json:
        """A selection by its id."""
        found: dict[str, Json] = self.selections_of(backup_plan_id)
        if selection_id not in found:
            # AWS Backup answers InvalidParameterValueException for a selection that doesn't exist.
            raise InvalidParameterValueException(f"Cannot find Backup selection with ID {selection_id}")
        return found[selection_id]

    def create_selection(self: Any, backup_plan_id: str, selection: Json, request_id: str | None) -> Json:
        """Create a selection of a plan; its name is unique there."""
        plan = self.get_backup_plan(backup_plan_id, None)
        found = self.selections_of(plan.backup_plan_id)
        if any(
            one["BackupSelection"]["SelectionName"] == selection["SelectionName"] for one in found.values()
        ):
            raise AlreadyExistsException("Backup selection with the same name already exists")
        made = {
            "SelectionId": str(mock_random.uuid4()),
            "BackupPlanId": backup_plan_id,
            "CreationDate": unix_time(),
            **({"CreatorRequestId": request_id} if request_id else {}),
            "BackupSelection": selection,
        }
        found[str(made["SelectionId"])] = made
        return made


class BackupPlanCalls(Patch, of=BackupResponse):
    """UpdateBackupPlan, CreateBackupSelection, GetBackupSelection, ListBackupSelections,
    DeleteBackupSelection (AWS Backup API Reference); moto lacks them.
    """

    def update_backup_plan(self: Any) -> str:
        """UpdateBackupPlan."""
        plan = self.backup_backend.update_backup_plan(
            self.uri_match["backupPlanId"], json.loads(self.body)["BackupPlan"]
        )
        return json.dumps(plan.to_dict())

    def create_backup_selection(self: Any) -> str:
        """CreateBackupSelection."""
        body = json.loads(self.body)
        made = self.backup_backend.create_selection(
            self.uri_match["backupPlanId"], body["BackupSelection"], body.get("CreatorRequestId")
        )
        return json.dumps({name: made[name] for name in ("SelectionId", "BackupPlanId", "CreationDate")})

    def get_backup_selection(self: Any) -> str:
        """GetBackupSelection."""
        ids = self.uri_match
        return json.dumps(self.backup_backend.selection(ids["backupPlanId"], ids["selectionId"]))

    def list_backup_selections(self: Any) -> str:
        """ListBackupSelections."""
        listed = [
            {
                **{name: one[name] for name in ("SelectionId", "BackupPlanId", "CreationDate")},
                "SelectionName": one["BackupSelection"]["SelectionName"],
                "IamRoleArn": one["BackupSelection"]["IamRoleArn"],
            }
            for one in self.backup_backend.selections_of(self.uri_match["backupPlanId"]).values()
        ]
        return json.dumps({"BackupSelectionsList": listed})

    def delete_backup_selection(self: Any) -> str:
        """DeleteBackupSelection."""
        ids = self.uri_match
        self.backup_backend.selection(ids["backupPlanId"], ids["selectionId"])
        del self.backup_backend.selections_of(ids["backupPlanId"])[ids["selectionId"]]
        return "{}"


def _check_lifecycles(plan: Json) -> None:
    for rule in plan["Rules"]:
        for owner in (rule, *rule.get("CopyActions", ())):
            lifecycle = owner.get("Lifecycle") or {}
            cold, deleted = lifecycle.get("MoveToColdStorageAfterDays"), lifecycle.get("DeleteAfterDays")
            if cold and deleted and deleted < cold + _DAYS_IN_COLD_STORAGE:
                raise InvalidParameterValueException(
                    "Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from "
                    "MoveToColdStorageAfterDays"
                )
