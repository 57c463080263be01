"""Restore testing of AWS Backup."""

from __future__ import annotations

import json
from typing import Any

from moto.backup import urls
from moto.backup.exceptions import (
    AlreadyExistsException,
    InvalidParameterValueException,
    InvalidRequestException,
    ResourceNotFoundException,
)
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse
from moto.core.utils import unix_time
from moto.utilities.utils import get_partition

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], str]
_ROOT = "{0}/restore-testing/plans"
_PATHS = (
    "/?$",
    "/(?P<plan>[^/]+)/?$",
    "/(?P<plan>[^/]+)/selections/?$",
    "/(?P<plan>[^/]+)/selections/(?P<selection>[^/]+)$",
)
# RestoreTestingPlanForCreate: 24 hours and UTC where nothing else is asked for.
_PLAN = {"StartWindowHours": 24, "ScheduleExpressionTimezone": "Etc/UTC"}
_SELECTION = {"ValidationWindowHours": 0}
_PLAN_ANSWER = ("CreationTime", "RestoreTestingPlanArn", "RestoreTestingPlanName")
_JSON = {"Content-Type": "application/json"}


class RestoreTesting(Patch, of=BackupBackend):
    """Restore testing plans and their selections (AWS Backup API Reference, CreateRestoreTestingPlan,
    CreateRestoreTestingSelection): names are unique, a plan with selections can't be deleted; moto has none.
    """

    @classmethod
    def apply(cls) -> None:
        """Let moto find the calls by their paths, too."""
        super().apply()
        urls.url_paths.update({f"{_ROOT}{path}": urls.response.dispatch for path in _PATHS})

    def restore_testing_plans(self: Any) -> dict[str, Json]:
        """The plans by their names; each has its selections beside it."""
        plans: dict[str, Json] = self.__dict__.setdefault("plans_of_restore_testing", {})
        return plans

    def restore_testing_plan(self: Any, name: str) -> Json:
        """A plan that exists, and its selections."""
        if name not in self.restore_testing_plans():
            raise ResourceNotFoundException(f"Restore testing plan {name} not found")
        found: Json = self.restore_testing_plans()[name]
        return found

    def restore_testing_selection(self: Any, plan: str, name: str) -> Json:
        """A selection that exists."""
        selections = self.restore_testing_plan(plan)["selections"]
        if name not in selections:
            raise ResourceNotFoundException(f"Restore testing selection {name} not found")
        found: Json = selections[name]
        return found

    def create_restore_testing_plan(self: Any, plan: Json, tags: dict[str, str]) -> Json:
        """Create a plan whose name is free."""
        name = plan["RestoreTestingPlanName"]
        if name in self.restore_testing_plans():
            raise AlreadyExistsException(f"Restore testing plan {name} already exists")
        place = f"{self.region_name}:{self.account_id}"
        arn = f"arn:{get_partition(self.region_name)}:backup:{place}:restore-testing-plan:{name}"
        made = {**_PLAN, **plan, "RestoreTestingPlanArn": arn, "CreationTime": unix_time()}
        self.restore_testing_plans()[name] = {"plan": made, "selections": {}}
        self.tag_resource(arn, tags)
        return made

    def create_restore_testing_selection(self: Any, plan: str, selection: Json) -> Json:
        """Create a selection whose name is free in its plan."""
        selections = self.restore_testing_plan(plan)["selections"]
        name = selection["RestoreTestingSelectionName"]
        if name in selections:
            raise AlreadyExistsException(f"Restore testing selection {name} already exists")
        made = {**_SELECTION, **selection, "RestoreTestingPlanName": plan, "CreationTime": unix_time()}
        _check_resources(made)
        selections[name] = made
        return made


class RestoreTestingPlanCalls(Patch, of=BackupResponse):
    """CreateRestoreTestingPlan, GetRestoreTestingPlan, UpdateRestoreTestingPlan, DeleteRestoreTestingPlan
    (AWS Backup API Reference); moto lacks them.
    """

    def create_restore_testing_plan(self: Any) -> Answer:
        """CreateRestoreTestingPlan."""
        body = json.loads(self.body)
        made = self.backup_backend.create_restore_testing_plan(
            body["RestoreTestingPlan"], body.get("Tags") or {}
        )
        return 201, _JSON, json.dumps({name: made[name] for name in _PLAN_ANSWER})

    def get_restore_testing_plan(self: Any) -> str:
        """GetRestoreTestingPlan."""
        found = self.backup_backend.restore_testing_plan(self.uri_match["RestoreTestingPlanName"])
        return json.dumps({"RestoreTestingPlan": found["plan"]})

    def update_restore_testing_plan(self: Any) -> str:
        """UpdateRestoreTestingPlan."""
        plan = self.backup_backend.restore_testing_plan(self.uri_match["RestoreTestingPlanName"])["plan"]
        plan.update(json.loads(self.body)["RestoreTestingPlan"], LastUpdateTime=unix_time())
        answer = {name: plan[name] for name in _PLAN_ANSWER}
        return json.dumps({**answer, "UpdateTime": plan["LastUpdateTime"]})

    def delete_restore_testing_plan(self: Any) -> Answer:
        """DeleteRestoreTestingPlan."""
        name = self.uri_match["RestoreTestingPlanName"]
        if self.backup_backend.restore_testing_plan(name)["selections"]:
            raise InvalidRequestException("Related restore testing selections must be deleted first")
        del self.backup_backend.restore_testing_plans()[name]
        return 204, _JSON, ""


class RestoreTestingSelectionCalls(Patch, of=BackupResponse):
    """CreateRestoreTestingSelection, GetRestoreTestingSelection, UpdateRestoreTestingSelection,
    DeleteRestoreTestingSelection (AWS Backup API Reference); moto lacks them.
    """

    def create_restore_testing_selection(self: Any) -> Answer:
        """CreateRestoreTestingSelection."""
        plan = self.uri_match["RestoreTestingPlanName"]
        made = self.backup_backend.create_restore_testing_selection(
            plan, json.loads(self.body)["RestoreTestingSelection"]
        )
        arn = self.backup_backend.restore_testing_plan(plan)["plan"]["RestoreTestingPlanArn"]
        names = ("CreationTime", "RestoreTestingPlanName", "RestoreTestingSelectionName")
        return 201, _JSON, json.dumps({"RestoreTestingPlanArn": arn, **{name: made[name] for name in names}})

    def get_restore_testing_selection(self: Any) -> str:
        """GetRestoreTestingSelection."""
        return json.dumps({"RestoreTestingSelection": self.restore_testing_selection()})

    def update_restore_testing_selection(self: Any) -> str:
        """UpdateRestoreTestingSelection."""
        found = self.restore_testing_selection()
        changed = {**found, **json.loads(self.body)["RestoreTestingSelection"]}
        _check_resources(changed)
        found.update(changed)
        plan = self.backup_backend.restore_testing_plan(self.uri_match["RestoreTestingPlanName"])["plan"]
        names = ("CreationTime", "RestoreTestingPlanName", "RestoreTestingSelectionName")
        answer = {name: found[name] for name in names}
        arn = plan["RestoreTestingPlanArn"]
        return json.dumps({**answer, "RestoreTestingPlanArn": arn, "UpdateTime": unix_time()})

    def delete_restore_testing_selection(self: Any) -> Answer:
        """DeleteRestoreTestingSelection."""
        name = self.restore_testing_selection()["RestoreTestingSelectionName"]
        plan = self.backup_backend.restore_testing_plan(self.uri_match["RestoreTestingPlanName"])
        del plan["selections"][name]
        return 204, _JSON, ""

    def restore_testing_selection(self: Any) -> Json:
        """The selection that is asked for."""
        ids = self.uri_match
        found: Json = self.backup_backend.restore_testing_selection(
            ids["RestoreTestingPlanName"], ids["RestoreTestingSelectionName"]
        )
        return found


def _check_resources(selection: Json) -> None:
    """ProtectedResourceArns, ProtectedResourceConditions, or conditions with the wildcard "*"."""
    arns, conditions = selection.get("ProtectedResourceArns"), selection.get("ProtectedResourceConditions")
    if not arns and not conditions:
        raise InvalidParameterValueException(
            "ProtectedResourceArns or ProtectedResourceConditions are required"
        )
    if conditions and any(conditions.values()) and arns and arns != ["*"]:
        raise InvalidParameterValueException("ProtectedResourceConditions allow no ARNs but the wildcard")
