"""The alarm on the function that stops and starts databases. Pure."""

from __future__ import annotations

from ..monitoring.monitored import AlarmRule, Monitored
from ..monitoring.resource_metrics import ResourceMetrics


def paused_databases(*, key: str, function_name: str | None) -> Monitored:
    """The failures of the function; nothing without one."""
    alarms = (_failed(function_name),) if function_name else ()
    return Monitored(key=key, title="Pause", group="overview", widgets=(), alarms=alarms)


def _failed(function_name: str) -> AlarmRule:
    function = ResourceMetrics("AWS/Lambda", {"FunctionName": function_name}, period=300)
    return AlarmRule(
        key="failed",
        severity="warning",
        series=function.metric("Errors", "Sum", "failed"),
        comparison=">",
        threshold=0,
        periods=1,
        missing_data="notBreaching",  # it runs at a pause, a resume, and when RDS starts a paused database
        description="A database could not be stopped or started for a pause. The function's log names it and "
        "its state. Until it is stopped it costs as if it ran: pause the stack again.",
        while_paused=True,
    )
