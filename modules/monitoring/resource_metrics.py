"""Whose metrics they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .metrics import Metric


@dataclass(frozen=True)
class ResourceMetrics:
    """One resource as CloudWatch knows it, by `dimensions` of a namespace; it reports every `period` seconds.

    What CloudFront and its web ACLs report stands in us-east-1 alone (`in_global_region`).
    """

    namespace: str
    dimensions: Mapping[str, str]
    period: int = 60
    in_global_region: bool = False

    def metric(self, name: str, statistic: str, label: str) -> Metric:
        """What it reports under a name, by one statistic."""
        return Metric(
            namespace=self.namespace,
            name=name,
            dimensions=self.dimensions,
            statistic=statistic,
            label=label,
            period=self.period,
            in_global_region=self.in_global_region,
        )
