"""`infra benchmark`: synthesis on demand against the stock import, in ratios and exact counts."""

from operations.benchmark.command import benchmark

__all__ = ["benchmark"]
