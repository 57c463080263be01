"""Dashboard widgets and alarms on the age of secrets. Pure.

AWS has no metric for it, and events of rotations need a CloudTrail trail, so a function publishes a custom
metric (`modules/functions/secret_ages.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ..functions.daily_ages import DailyAges
from ..functions.secret_ages import DIMENSION, METRIC
from ..monitoring.monitored import Monitored


def secrets(*, key: str, namespace: str, function_name: str, days: Mapping[str, int]) -> Monitored:
    """Secrets by name, each with its maximum age in days."""
    ages = DailyAges(
        namespace=namespace, metric=METRIC, dimension=DIMENSION, days=days, function_name=function_name
    )
    rules = [
        ages.rule(
            name,
            key=f"{name}-age",
            description=f"The secret {name} has kept its value for over {{threshold}} days: its rotation "
            "fails, or nobody rotated it. The secret's page in Secrets Manager shows the last attempt.",
        )
        for name in days
    ]
    of_the_function = ages.function_rules(
        unread="The function that tells how old secrets are has failed. Its log names the secret: it "
        "was deleted, or the function's role may no longer list its versions.",
        unrun="The function that tells how old secrets are has not run for two days: nobody would hear "
        "of a secret that is not rotated. Its schedule is off or may no longer invoke it.",
    )
    return Monitored(
        key=key,
        title="Secrets",
        group="overview",
        widgets=(ages.graph("Days since rotation", rules),),
        alarms=(*rules, *of_the_function),
    )
