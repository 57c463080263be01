"""Dashboard widgets and alarms of restore tests. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ...functions.daily_ages import DailyAges
from ...functions.restore_ages import DIMENSION, METRIC
from ...monitoring.monitored import Monitored


def restores(
    *, namespace: str, function_name: str, stack: str, databases: Sequence[str], days: int
) -> Monitored:
    """Databases by name, whose restores are tried every `days`."""
    ages = DailyAges(
        namespace=namespace,
        metric=METRIC,
        dimension=DIMENSION,
        days=dict.fromkeys(databases, days),
        function_name=function_name,
    )
    rules = [
        ages.rule(
            name,
            key=f"{name}-restore",
            description=f"No restore of {name} has succeeded for over {{threshold}} days: nobody knows "
            f"whether its backups are of use. Run: infra restore-test {stack}",
        )
        for name in databases
    ]
    of_the_function = ages.function_rules(
        unread="The function that tells when a restore last succeeded has failed. Its log names the "
        "record that it could not read.",
        unrun="The function that tells when a restore last succeeded has not run for two days: nobody "
        "would hear that none does. Its schedule is off or may no longer invoke it.",
    )
    return Monitored(
        key="restores",
        title="Restore tests",
        group="database",
        widgets=(ages.graph("Days since a restore succeeded", rules),),
        alarms=(*rules, *of_the_function),
    )
