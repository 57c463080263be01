"""Starting a one-off task of a service: where it runs, what it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.revisions import active_revisions
from operations.tasks.definition import Copy

Json = Mapping[str, Any]
MOST_OVERRIDES = 8192  # RunTask (Amazon ECS API Reference), overrides, with the JSON's own characters
# A younger copy may be that of somebody else, whose task starts at this moment.
LEFT_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class OneOff:
    """A task to start: of a revision of the service, with overrides; or of a copy of it."""

    cluster: str
    service: Json  # as DescribeServices tells of it
    overrides: Json
    started_by: str
    copy: Copy | None = None

    def start(self, ecs: Any) -> str:
        """Start it, and give its ARN. Raises ProblemsError where ECS places none.

        On Fargate itself: Fargate Spot could interrupt it. A copy is deregistered as soon as the task exists:
        "existing tasks that reference an INACTIVE task definition continue to run" (DeregisterTaskDefinition,
        Amazon ECS API Reference). botocore adds a clientToken: a repeated request starts no second task.
        """
        if self.copy:
            _deregister_left(ecs, self.copy.family)
        definition = self.copy.register(ecs) if self.copy else self.service["taskDefinition"]
        try:
            answer = ecs.run_task(**self._request(definition))
        finally:
            if self.copy:
                ecs.deregister_task_definition(taskDefinition=definition)
        if answer["tasks"]:
            return str(answer["tasks"][0]["taskArn"])
        reasons = ", ".join(one.get("reason", "") for one in answer["failures"]) or "no reason"
        what = f"ECS started no task: {reasons}; nothing ran. Try again in a minute"
        raise ProblemsError.one(self.service["serviceName"], what)

    def _request(self, definition: str) -> dict[str, Any]:
        platform = self.service.get("platformVersion")
        return {
            "cluster": self.cluster,
            "taskDefinition": definition,
            "launchType": "FARGATE",
            "networkConfiguration": self.service["networkConfiguration"],
            "overrides": self.overrides,
            "startedBy": self.started_by,
            "enableECSManagedTags": True,
            "enableExecuteCommand": bool(self.service.get("enableExecuteCommand")),
            "propagateTags": "TASK_DEFINITION",
            **({"platformVersion": platform} if platform else {}),
        }


def _deregister_left(ecs: Any, family: str) -> None:
    """Deregister the copies of runs that were killed before they could: no task starts from them any more."""
    for arn in active_revisions(ecs, family):
        found = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        if datetime.now(UTC) - found["registeredAt"] >= LEFT_AFTER:
            ecs.deregister_task_definition(taskDefinition=arn)


def command_override(container: str, command: Sequence[str]) -> dict[str, Any]:
    """The overrides that give a container a command. Raises ProblemsError if they are too long for ECS."""
    found = {"containerOverrides": [{"name": container, "command": list(command)}]}
    size = len(json.dumps(found, ensure_ascii=False))
    if size > MOST_OVERRIDES:
        why = refusal(
            got=f"{size} characters with the JSON around them",
            allowed=f"at most {MOST_OVERRIDES}",
            fix="put a script into the image, or its input into S3, and name that",
        )
        raise ProblemsError.one("the command", why)
    return found
