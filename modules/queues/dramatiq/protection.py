"""What a task needs to protect itself from being stopped."""

from __future__ import annotations

from ...context import Context
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement


def task_protection(context: Context, cluster_name: str) -> ClientAccess:
    """Client access of a worker that protects its task while it processes messages, in a cluster.

    ECS developer guide, "Amazon ECS task scale-in protection endpoint": the agent in the task calls both with
    the task's role, at `$ECS_AGENT_URI`. IAM knows no task by its service, so it names those of the cluster.
    """
    return ClientAccess(
        statements=(
            Statement(
                actions=["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"],
                resources=[context.account.arn("ecs", f"task/{cluster_name}/*")],
            ),
        )
    )
