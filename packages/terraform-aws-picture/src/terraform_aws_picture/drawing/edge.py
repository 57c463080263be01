"""What stands before the region: users, content delivery, names."""

from __future__ import annotations

from itertools import pairwise

from ..architecture.aws_services import DELIVERY, NAMES, plural
from ..architecture.connections import INTERNET
from ..architecture.document import Resource
from .canvas import FAINT, Rect
from .diagram import Diagram
from .style import EDGE, TRAFFIC, VPC
from .texts import wrapped
from .web_acl import web_acl_lines, with_logging

_HEIGHT, _CARD, _GAP, _MARGIN = 118.0, 262.0, 44.0, 24.0
_TEXT = 190.0  # the width of a card's lines

_Card = tuple[str, str, list[str], tuple[str, ...]]


class Edge:
    """A strip with distributions, their web ACL and origin, then hosted zones and global certificates."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._chain = _delivery(diagram)
        self._names = _names(diagram)
        self.height = _HEIGHT if self._chain or self._names else 0.0
        # The card at which users arrive.
        self.entrance: Rect | None = None

    @property
    def is_entered(self) -> bool:
        """Whether users come in here."""
        return bool(self._chain)

    def draw(self, at: Rect) -> None:
        """Draw the strip, or nothing where there is nothing to stand in it."""
        canvas = self._diagram.canvas
        if not self.height:
            return
        canvas.on("boxes")
        canvas.box(at, fill=EDGE, stroke=VPC, dashed=True, radius=4)
        title = "Content delivery and DNS" if self._chain else "DNS"
        canvas.text(at.x + 12, at.y + 20, title, size=13, bold=True, color=VPC)
        chain = [
            self._card(card, at.x + _MARGIN + place * (_CARD + _GAP), at.y)
            for place, card in enumerate(self._chain)
        ]
        canvas.on("lines")
        for left, right in pairwise(chain):
            canvas.arrow([(left.right, left.middle[1]), (right.x, right.middle[1])], color=TRAFFIC)
        width = len(self._names) * (_CARD + _GAP) - _GAP
        start = at.right - _MARGIN - width if self._chain else at.x + _MARGIN
        for place, card in enumerate(self._names):
            self._card(card, start + place * (_CARD + _GAP), at.y)
        self.entrance = chain[0] if chain else None

    def _card(self, card: _Card, x: float, y: float) -> Rect:
        icon, title, lines, resources = card
        at = Rect(x, y + 34, _CARD, 68)
        self._diagram.card(at, icon, title, lines, resources=resources, size=44)
        return at


def _delivery(diagram: Diagram) -> list[_Card]:
    document = diagram.document
    distributions = document.of("aws_cloudfront_distribution")
    if not distributions:
        return []
    cards: list[_Card] = []
    if acls := document.referred(distributions, "web_acl_id", "aws_wafv2_web_acl."):
        own = diagram.claim(with_logging(diagram, acls))
        cards.append(("waf", "AWS WAF", web_acl_lines(diagram, acls), own))
    aliases = [alias for one in distributions for alias in one.texts("aliases")]
    lines = wrapped(aliases, 11, _TEXT, most=2) or ["no alias"]
    if len(distributions) > 1:
        lines = [plural(len(distributions), "distribution"), *wrapped(aliases, 11, _TEXT, most=1)]
    buckets = document.referred(distributions, "origin", "aws_s3_bucket.")
    controls = document.referred(distributions, "origin", "aws_cloudfront_origin_access_control.")
    claimed = (*_claimed(diagram, distributions), *diagram.claim_left(DELIVERY))
    cards.append(("cloudfront", "CloudFront", lines, claimed))
    if buckets:
        names = ", ".join(document.short(one.text("bucket") or one.key) for one in buckets)
        origin = [f"bucket {names}", *(["private, by origin access control"] if controls else [])]
        cards.append(("s3", "S3 origin", origin, _claimed(diagram, buckets)))
    return cards


def _names(diagram: Diagram) -> list[_Card]:
    cards: list[_Card] = []
    zones = diagram.document.of("aws_route53_zone")
    records = diagram.document.of("aws_route53_record")
    if zones or records:
        hosted = ", ".join(one.text("name") for one in zones) or "names in a zone from elsewhere"
        own = diagram.claim_left(NAMES)
        cards.append(("route-53", "Route 53", [hosted, plural(len(records), "record")], own))
    certificates = [
        one
        for one in diagram.document.of("aws_acm_certificate")
        if "us-east-1" in (one.text("region"), one.text("provider").removeprefix("aws."))
    ]
    if certificates and diagram.document.region != "us-east-1":
        domains = wrapped([one.text("domain_name") for one in certificates], 11, _TEXT, most=1)
        own = _claimed(diagram, certificates)
        lines = [*domains, "us-east-1, for CloudFront"]
        cards.append(("certificate-manager", "Certificate Manager", lines, own))
    return cards


def _claimed(diagram: Diagram, found: list[Resource]) -> tuple[str, ...]:
    return diagram.claim(one.address for one in found)


def users_reach(diagram: Diagram, edge: Edge) -> bool:
    """Whether anything in the picture is open to users on the internet."""
    return edge.is_entered or any(INTERNET in one.sources for one in diagram.connections)


def draw_users(diagram: Diagram, at: Rect, edge: Edge) -> None:
    """The people outside, and their two ways in."""
    canvas = diagram.canvas
    canvas.on("cards")
    size = 64.0
    x, y = at.middle[0] - size / 2, at.middle[1] - size / 2
    canvas.icon("users", x, y, size)
    canvas.text(at.middle[0], y + size + 16, "Users", size=13, bold=True, anchor="middle")
    canvas.text(at.middle[0], y + size + 32, "on the internet", size=11, color=FAINT, anchor="middle")
    canvas.on("lines")
    if edge.entrance:
        middle = edge.entrance.middle[1]
        canvas.arrow([(x + size + 4, middle), (edge.entrance.x, middle)], color=TRAFFIC)
    gateway = next(
        (place for address, place in diagram.places.items() if address.startswith("aws_internet_gateway.")),
        None,
    )
    entries = [one for one in diagram.connections if INTERNET in one.sources]
    if gateway and entries:
        middle = gateway.middle[1]
        ports = dict.fromkeys(port for one in entries for port in one.ports)
        canvas.arrow(
            [(at.middle[0], y + size + 42), (at.middle[0], middle), (gateway.x, middle)], color=TRAFFIC
        )
        canvas.text(
            at.middle[0] + 8, middle - 8, ", ".join(ports), size=11, bold=True, color=TRAFFIC, width=96
        )
