"""Metrics by resource. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .metrics import Metric


@dataclass(frozen=True)
class ResourceMetrics:
    """The metrics of one resource: namespace, dimensions, and the period (seconds) of its data.

    Metrics of CloudFront and its web ACLs are in us-east-1 only (`in_global_region`).
    """

    namespace: str
    dimensions: Mapping[str, str]
    period: int = 60
    in_global_region: bool = False

    def metric(self, name: str, statistic: str, label: str) -> Metric:
        """A metric of the resource, by its name in CloudWatch."""
        return Metric(
            namespace=self.namespace,
            name=name,
            dimensions=self.dimensions,
            statistic=statistic,
            label=label,
            period=self.period,
            in_global_region=self.in_global_region,
        )
