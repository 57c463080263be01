"""Settings of clusters. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from ...log_retention import RetentionDays
from ...settings import settings


class Capacity(StrEnum):
    """What tasks run on."""

    ON_DEMAND = "on-demand"
    # Four tasks of five, and the first one, on Spot: about a third of the price, gone at two minutes' notice.
    SPOT_FIRST = "spot-first"


@settings
class ClusterSettings:
    """A cluster on Fargate. Insights "enhanced" measure each task and container, for more money."""

    container_insights: Literal["enabled", "enhanced"] = "enabled"
    capacity: Capacity = Capacity.ON_DEMAND
    # Who opened a shell in which container, and what they typed: kept for a year in any environment.
    exec_log_retention_days: RetentionDays = 365
