"""Permission of tasks to protect themselves from scale-in."""

from __future__ import annotations

from ..compute.cluster.cluster import Cluster
from ..context import Context
from ..iam.client_access import ClientAccess
from ..iam.policy import Statement


def protection_access(context: Context, cluster: Cluster) -> ClientAccess:
    """What a task needs to protect itself (ECS developer guide, "Task scale-in protection endpoint").

    It may protect any task of the cluster: IAM knows no narrower resource before a task runs.
    """
    tasks = context.account.arn("ecs", f"task/{cluster.name}/*")
    actions = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
    return ClientAccess(statements=(Statement(actions=actions, resources=[tasks]),))
