"""Resource Groups Tagging API: resources of Amazon EC2 that it lists by their tags."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.ec2.models import EC2Backend

from aws_emulator.moto_patches import Patch

# As the ARN of a flow log has it: Service Authorization Reference, "Resource types defined by Amazon EC2".
_FLOW_LOG = "vpc-flow-log"


class GetResources(Patch, of=EC2Backend):
    """GetResources "returns all the tagged or previously tagged resources" of a region.

    moto leaves out addresses, endpoints and rules of security groups, and gives flow logs another ARN.
    """

    def iter_tagged_resources(self: Any) -> Iterator[TaggedResource]:
        """The tagged resources of EC2."""
        for one in GetResources.moto.iter_tagged_resources(self):
            if one.resource_type == "ec2:flow-logs":
                yield _resource(self, _FLOW_LOG, one.arn.rpartition("/")[2])
            else:
                yield one
        groups = [group for groups in self.groups.values() for group in groups.values()]
        rules = (rule for group in groups for rule in chain(group.ingress_rules, group.egress_rules))
        for kind, ids in (
            ("elastic-ip", [address.allocation_id for address in self.addresses if address.allocation_id]),
            ("vpc-endpoint", [*self.vpc_end_points]),
            ("security-group-rule", [rule.id for rule in rules]),
        ):
            yield from (_resource(self, kind, one) for one in ids)


def _resource(backend: Any, kind: str, id: str) -> TaggedResource:
    arn = f"arn:{backend.partition}:ec2:{backend.region_name}:{backend.account_id}:{kind}/{id}"
    return TaggedResource(arn=arn, tags=dict(backend.tags.get(id, {})), resource_type=f"ec2:{kind}")
