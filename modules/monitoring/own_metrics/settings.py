"""Settings of an environment's own metrics. Pure."""

from typing import Annotated

from pydantic import Field

from ...log_retention import RetentionDays
from ...settings import settings
from ...values import Positive


@settings
class OwnMetricSettings:
    """How often metrics are published, and from when on they are alarms."""

    # A custom metric costs the same however often it is published (CloudWatch pricing).
    every_minutes: Annotated[int, Field(ge=5, le=60)] = 15
    # RDS saves transaction logs every five minutes (Amazon RDS user guide, "Restoring to a specified time").
    restorable_minutes: Positive = 30
    # RDS takes a snapshot each day in the backup window.
    snapshot_hours: Positive = 30
    # RDS renews a server certificate by itself where that needs no restart (Amazon RDS user guide, "Using
    # SSL/TLS to encrypt a connection").
    certificate_days: Positive = 30
    # After that long a deployment should have replaced every task.
    old_tasks_minutes: Positive = 60
    log_retention_days: RetentionDays = 30
