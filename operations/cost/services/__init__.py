"""What the resources of each AWS service cost: a function for each type of resource."""

from operations.cost.services.free import FREE
from operations.cost.services.table import PRICED

__all__ = ["FREE", "PRICED"]
