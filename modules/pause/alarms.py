"""The alarm on the function that stops and starts databases. Pure."""

from __future__ import annotations

from dataclasses import replace

from ..functions.alarms import failing, function_metrics
from ..monitoring.monitored import AlarmRule, Monitored


def paused_databases(*, key: str, function_name: str | None) -> Monitored:
    """The failures of the function; nothing without one."""
    alarms = (_failed(function_name),) if function_name else ()
    return Monitored(key=key, title="Pause", group="overview", widgets=(), alarms=alarms)


def _failed(function_name: str) -> AlarmRule:
    # It runs at a pause, a resume, and when RDS starts a paused database.
    rule = failing(
        function_metrics(function_name, period=300),
        key="failed",
        description="A database could not be stopped or started for a pause. The function's log names it and "
        "its state. Until it is stopped it costs as if it ran: pause the stack again.",
    )
    return replace(rule, while_paused=True)
