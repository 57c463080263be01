"""Web ACLs of WAF, which stand before a distribution or in a load balancer."""

from __future__ import annotations

from ..architecture.aws_services import plural
from ..architecture.document import Resource
from .diagram import Diagram


def web_acl_lines(diagram: Diagram, acls: list[Resource]) -> list[str]:
    """What a card says of web ACLs: their names, and how many rules they have."""
    if not acls:
        return ["web ACL from elsewhere"]
    names = ", ".join(diagram.document.short(one.text("name") or one.key) for one in acls)
    return [f"web ACL {names}", plural(sum(len(one.blocks("rule")) for one in acls), "rule")]


def with_logging(diagram: Diagram, acls: list[Resource]) -> list[str]:
    """Addresses of web ACLs, and of what says where they log to."""
    own = [one.address for one in acls]
    logging = diagram.document.of("aws_wafv2_web_acl_logging_configuration")
    return own + [one.address for one in logging if set(own) & set(one.references("resource_arn"))]
