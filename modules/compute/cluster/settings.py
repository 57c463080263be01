"""Settings of ECS clusters. Pure."""

from enum import StrEnum
from typing import Literal

from ...log_retention import RetentionDays
from ...settings import settings


class Capacity(StrEnum):
    """Capacity providers of tasks: Fargate on demand, or mostly Spot."""

    ON_DEMAND = "on-demand"
    # Four tasks of five, and the first one, on Spot, which costs about a third. AWS may interrupt a task
    # with two minutes' notice. While Spot has no capacity, ECS starts no task of its share on demand instead
    # (containers-roadmap 773).
    SPOT_FIRST = "spot-first"


@settings
class ClusterSettings:
    """An ECS cluster on Fargate. Insights "enhanced" adds metrics of tasks and containers, and costs more."""

    container_insights: Literal["enabled", "enhanced"] = "enabled"
    capacity: Capacity = Capacity.ON_DEMAND
    # Sessions of ECS Exec are an audit log: kept for a year in any environment.
    exec_log_retention_days: RetentionDays = 365
