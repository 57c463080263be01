"""Cost allocation tags: keys by which costs can be told apart."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.ce_cost_allocation_tag import CeCostAllocationTag
from constructs import Construct

from .settings import AllocationTagSettings, kebab


class AllocationTags(Construct):
    """Keys of tags that budgets, anomaly alarms and Cost Explorer may use.

    Creates: the activation of each key. For the stack of the account that pays, once: AWS refuses it in
    others ("Linked account doesn't have access to cost allocation tags").
    """

    def __init__(self, scope: Construct, id: str, *, settings: AllocationTagSettings) -> None:
        super().__init__(scope, id)
        for key in settings.keys:
            CeCostAllocationTag(self, kebab(key), tag_key=key, status="Active")
