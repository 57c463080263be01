"""`infra cost` and `infra prices`: what a stack costs a month, estimated from its JSON and dated prices."""

from operations.cost.estimate import estimate
from operations.cost.lines import Estimate

__all__ = ["Estimate", "estimate"]
