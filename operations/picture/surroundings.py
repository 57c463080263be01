"""What stands around the VPC: people, content delivery and names above it, regional services beside it."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from operations.picture.aws_services import (
    DELIVERY,
    NAMES,
    REGIONAL,
    AwsService,
    noun_of,
    plural,
    regional_service,
)
from operations.picture.canvas import FAINT, Rect
from operations.picture.scene import Scene, with_logging
from operations.picture.style import EDGE, LINE, TRAFFIC, VPC
from operations.picture.synthesized import Resource
from operations.picture.texts import wrapped

_ENTRY = 56.0
EDGE_HEIGHT = 118.0


def draw_edge(scene: Scene, at: Rect) -> Rect | None:
    """Distributions with firewall and origin; at the right zones and certificates. Returns the first card."""
    chain = _delivery(scene)
    names = _names(scene)
    if not chain and not names:
        return None
    scene.canvas.on("boxes")
    scene.canvas.box(at, fill=EDGE, stroke=VPC, dashed=True, radius=4)
    scene.canvas.text(at.x + 12, at.y + 20, "Content delivery and names", size=13, bold=True, colour=VPC)
    width, gap = 262.0, 44.0
    cards = [Rect(at.x + 24 + place * (width + gap), at.y + 34, width, 68) for place in range(len(chain))]
    for card, (icon, title, lines, resources) in zip(cards, chain, strict=True):
        scene.card(card, icon, title, lines, resources=resources, size=44)
    scene.canvas.on("lines")
    for left, right in pairwise(cards):
        scene.canvas.arrow([(left.right, left.middle[1]), (right.x, right.middle[1])], colour=TRAFFIC)
    x = at.right - 24
    for icon, title, lines, resources in reversed(names):
        x -= width + 30
        scene.card(Rect(x + 30, at.y + 34, width + 8, 68), icon, title, lines, resources=resources, size=44)
        x -= 8
    return cards[0] if cards else None


_Card = tuple[str, str, list[str], tuple[str, ...]]


def _delivery(scene: Scene) -> list[_Card]:
    distributions = scene.stack.of("aws_cloudfront_distribution")
    if not distributions:
        return []
    firewalls = _referred(scene, distributions, "web_acl_id", "aws_wafv2_web_acl.")
    buckets = _referred(scene, distributions, "origin", "aws_s3_bucket.")
    aliases = [str(alias) for one in distributions for alias in one.get("aliases", [])]
    cards: list[_Card] = []
    if firewalls:
        names = ", ".join(scene.stack.short(str(one.get("name"))) for one in firewalls)
        rules = f"{sum(len(one.get('rule', [])) for one in firewalls)} rules"
        cards.append(
            ("waf", "AWS WAF", [f"web ACL {names}", rules], scene.claim(with_logging(scene, firewalls)))
        )
    claimed = (*_claimed(scene, distributions), *scene.claim_left(DELIVERY))
    cards.append(("cloudfront", "CloudFront", wrapped(aliases, 11, 180)[:2] or ["no alias"], claimed))
    if buckets:
        names = ", ".join(scene.stack.short(str(one.get("bucket"))) for one in buckets)
        cards.append(
            (
                "s3",
                "S3 origin",
                [f"bucket {names}", "private, by origin access control"],
                _claimed(scene, buckets),
            )
        )
    return cards


def _names(scene: Scene) -> list[_Card]:
    cards: list[_Card] = []
    zones = scene.stack.of("aws_route53_zone")
    records = scene.stack.of("aws_route53_record")
    if zones or records:
        hosted = ", ".join(str(one.get("name")) for one in zones) or "names in a zone of another stack"
        own = scene.claim_left(NAMES)
        cards.append(("route-53", "Route 53", [hosted, plural(len(records), "record")], own))
    global_certificates = [one for one in scene.stack.of("aws_acm_certificate") if one.get("provider")]
    if global_certificates:
        domains = wrapped([str(one.get("domain_name")) for one in global_certificates], 11, 190)[:1]
        own = _claimed(scene, global_certificates)
        cards.append(
            ("certificate-manager", "Certificate Manager", [*domains, "us-east-1, for CloudFront"], own)
        )
    return cards


def _referred(scene: Scene, sources: list[Resource], path: str, prefix: str) -> list[Resource]:
    found = dict.fromkeys(at for one in sources for at in one.references(path) if at.startswith(prefix))
    return [one for at in found if (one := scene.stack.at(at))]


def _claimed(scene: Scene, found: list[Resource]) -> tuple[str, ...]:
    return scene.claim(one.address for one in found)


def draw_users(scene: Scene, at: Rect, edge: Rect | None) -> None:
    """The people outside, and their two ways in."""
    canvas = scene.canvas
    canvas.on("cards")
    size = 64.0
    x, y = at.middle[0] - size / 2, at.middle[1] - size / 2
    canvas.icon("users", x, y, size)
    canvas.text(at.middle[0], y + size + 16, "Users", size=13, bold=True, anchor="middle")
    canvas.text(at.middle[0], y + size + 32, "on the internet", size=11, colour=FAINT, anchor="middle")
    canvas.on("lines")
    if edge:
        canvas.arrow([(x + size + 4, edge.middle[1]), (edge.x, edge.middle[1])], colour=TRAFFIC)
    gateway = next(
        (place for at, place in scene.places.items() if at.startswith("aws_internet_gateway.")), None
    )
    entry = next((one for one in scene.connections if "internet" in one.sources), None)
    if gateway and entry:
        middle = gateway.middle[1]
        canvas.arrow(
            [(at.middle[0], y + size + 42), (at.middle[0], middle), (gateway.x, middle)], colour=TRAFFIC
        )
        canvas.text(at.middle[0] + 8, middle - 8, entry.port_text, size=11, bold=True, colour=TRAFFIC)


class RegionalServices:
    """The list of a region's services that stand in no subnet, each with what the stack has of it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._found: dict[str, tuple[AwsService | None, list[Resource]]] = {}

    def collect(self) -> None:
        """Take everything that nothing else stands for; what belongs to no known service is listed last."""
        order = [service.title for service in REGIONAL] + ["Other"]
        found: dict[str, list[Resource]] = {title: [] for title in order}
        services = {service.title: service for service in REGIONAL}
        for one in self._scene.left():
            service = regional_service(one.type)
            found[service.title if service else "Other"].append(one)
        self._found = {title: (services.get(title), members) for title, members in found.items() if members}

    def height(self, columns: int) -> float:
        """How high the list is in so many columns."""
        return 40 + _ENTRY * -(-len(self._found) // columns) + 8

    def draw(self, at: Rect, columns: int = 1) -> None:
        """Draw an entry for each service."""
        canvas = self._scene.canvas
        canvas.on("boxes")
        canvas.box(at, fill="#fff", stroke=LINE, radius=4)
        canvas.text(at.x + 14, at.y + 24, "Regional services", size=13, bold=True)
        width = (at.width - 16) / columns
        rows = -(-len(self._found) // columns) or 1
        step = min((at.height - 48) / rows, _ENTRY + 8)
        for place, (title, (service, members)) in enumerate(self._found.items()):
            row, column = place % rows, place // rows
            rect = Rect(at.x + 8 + column * width, at.y + 38 + row * step, width, _ENTRY - 6)
            icon = service.icon if service else "aws"
            lines = wrapped(_counts(service, members), 11, width - 62)[:2]
            own = self._scene.claim(one.address for one in members)
            self._scene.card(rect, icon, title, lines, resources=own, framed=False, size=38)


def _counts(service: AwsService | None, members: list[Resource]) -> list[str]:
    types = Counter(one.type for one in members)
    counted = service.counted if service else {}
    nouns = Counter(dict.fromkeys(counted.values(), 0))
    for name, noun in counted.items():
        nouns[noun] += types[name]
    main = [plural(number, noun) for noun, number in nouns.items() if number]
    return main or [plural(number, noun_of(name)) for name, number in types.items()]
