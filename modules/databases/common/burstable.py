"""CPU credits of burstable classes (t3, t4g), of databases and of caches. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ...monitoring.metrics import Metric, lowest
from ...monitoring.monitored import AlarmRule

# A credit is a minute of a whole CPU. Amazon EC2 user guide, "Key concepts for burstable performance
# instances"; RDS runs its T classes in unlimited mode, which charges for what goes beyond.
_CREDITS = 20


def is_burstable(instance_class: str) -> bool:
    """Whether a class earns credits: `db.t4g.small`, `cache.t4g.micro`."""
    return instance_class.split(".")[1].startswith("t")


def credits_alarm(balances: Mapping[str, Metric], key: str = "cpu-credits") -> AlarmRule:
    """The CPU credits of an instance are nearly spent."""
    return AlarmRule(
        key=key,
        severity="warning",
        series=lowest("CPU credits", balances),
        comparison="<",
        threshold=_CREDITS,
        periods=6,
        missing_data="notBreaching",  # reported every five minutes, and not while it is stopped
        description="Fewer than {threshold} CPU credits are left: it works on at its low base speed, or for "
        "extra charges. Find what needs the CPU, or take a class without credits.",
    )
