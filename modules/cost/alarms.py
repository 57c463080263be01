"""Dashboard widgets and alarms of the report of unused resources. Pure."""

from __future__ import annotations

from ..functions.alarms import failing, function_metrics
from ..functions.unused_resources import DIMENSION, KINDS, METRIC
from ..monitoring.monitored import Monitored, Widget
from ..monitoring.resource_metrics import ResourceMetrics

_DAY = 86_400


def unused_resources(*, key: str, namespace: str, function_name: str) -> Monitored:
    """How many resources of each kind are unused. The report itself tells which, so no alarm repeats it."""
    counts = tuple(
        ResourceMetrics(namespace, {DIMENSION: kind}, period=_DAY).metric(METRIC, "Maximum", kind)
        for kind in KINDS
    )
    failed = failing(
        function_metrics(function_name, period=_DAY),
        key="unreported",
        description="The report of unused resources has failed. Its log names what it could not look at: "
        "its role may no longer read it, or there is more than it can read in a minute.",
    )
    graph = Widget(title="Unused resources", series=counts, unit="resources")
    return Monitored(key=key, title="Costs", group="overview", widgets=(graph,), alarms=(failed,))
