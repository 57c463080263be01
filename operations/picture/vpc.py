"""The VPC: a column for each zone, a row for each tier, and in them what stands there."""

from __future__ import annotations

from operations.picture.aws_services import LOAD_BALANCING, NETWORK
from operations.picture.canvas import FAINT, Rect
from operations.picture.cluster import ClusterBand
from operations.picture.data import DataBand
from operations.picture.gateways import draw_gateway_endpoints, draw_internet_gateway
from operations.picture.network import Network, Reach, Tier
from operations.picture.scene import Scene, with_logging
from operations.picture.style import KIND, SUBNET, VPC, ZONE
from operations.picture.texts import text_width
from operations.picture.thing import Kind, Thing

_VPC_HEAD, _ZONE_HEAD, _TIER_HEAD = 36.0, 26.0, 32.0
_GATEWAY, _BALANCER, _GAP, _BETWEEN, _PAD = 44.0, 66.0, 12.0, 16.0, 14.0
_LEFT = 34.0  # room for the gateways, which stand on the borders
_BESIDE = (Kind.FILES, Kind.ENDPOINT, Kind.FUNCTION)


class TierRow:
    """A tier's bands: gateways of its zones, load balancers, services, data."""

    def __init__(self, scene: Scene, tier: Tier) -> None:
        self.tier = tier
        services = tier.of(Kind.SERVICE)
        beside = tier.of(*_BESIDE)
        rest = tier.of(Kind.DATABASE, Kind.CACHE) + ([] if services else beside)
        self.balancers = tier.of(Kind.LOAD_BALANCER)
        self.cluster = ClusterBand(scene, services, beside) if services else None
        self.data = DataBand(scene, rest) if rest else None
        heights = [_GATEWAY] if tier.gateways else []
        heights += [_BALANCER for _ in self.balancers]
        heights += [band.height for band in (self.cluster, self.data) if band]
        self.height = (
            _TIER_HEAD
            + sum(heights)
            + _PAD * max(len(heights), 1)
            + (34 if self.cluster and self.data else 0)
        )


class VpcDrawing:
    """Draws the network at a place, as high as it needs to be."""

    def __init__(self, scene: Scene, network: Network) -> None:
        self._scene, self._network = scene, network
        self._rows = [TierRow(scene, tier) for tier in network.tiers]
        rows = sum(row.height for row in self._rows) + _BETWEEN * (len(self._rows) - 1)
        self.height = _VPC_HEAD + _ZONE_HEAD + rows + _GAP + 10
        self._labels: list[tuple[float, float]] = []

    def draw(self, at: Rect) -> None:
        """Draw boxes first, then what is in them, then the arrows between tiers."""
        canvas, network = self._scene.canvas, self._network
        canvas.on("boxes")
        canvas.box(at, stroke=VPC, fill="#fff", radius=4)
        canvas.icon("vpc", at.x, at.y, 28)
        name = f"VPC {network.vpc.get('cidr_block', '')}"
        canvas.text(at.x + 36, at.y + 19, name, size=13, bold=True, colour=VPC)
        inner = Rect(at.x + _LEFT, at.y + _VPC_HEAD, at.width - 2 * _LEFT, at.height - _VPC_HEAD - _GAP)
        columns = self._draw_zones(inner)
        y = inner.y + _ZONE_HEAD
        for row in self._rows:
            self._draw_row(row, inner, columns, y)
            y += row.height + _BETWEEN
        self._draw_between_tiers()
        balancers = [self._scene.places[one.address] for row in self._rows for one in row.balancers]
        draw_internet_gateway(self._scene, at, balancers)
        draw_gateway_endpoints(self._scene, at, inner.y + _ZONE_HEAD + 60)

    def claim(self) -> tuple[str, ...]:
        """What the picture of the network stands for beside what is in it: routes, addresses, groups."""
        return self._scene.claim_left(NETWORK)

    def _draw_zones(self, at: Rect) -> dict[str, Rect]:
        zones = self._network.zones
        width = (at.width - _GAP * (len(zones) - 1)) / len(zones)
        columns = {
            zone: Rect(at.x + place * (width + _GAP), at.y, width, at.height)
            for place, zone in enumerate(zones)
        }
        for zone, column in columns.items():
            self._scene.canvas.box(column, stroke=ZONE, dashed=True, radius=4)
            x, y = column.middle[0], column.y + 18
            self._scene.canvas.text(x, y, f"Availability Zone {zone}", size=12, colour=ZONE, anchor="middle")
        return columns

    def _draw_row(self, row: TierRow, at: Rect, columns: dict[str, Rect], y: float) -> None:
        canvas = self._scene.canvas
        stroke, fill = SUBNET[row.tier.reach]
        icon = "public-subnet" if row.tier.reach is Reach.PUBLIC else "private-subnet"
        for zone, subnet in row.tier.subnets.items():
            box = Rect(columns[zone].x + 8, y, columns[zone].width - 16, row.height)
            canvas.on("boxes")
            canvas.box(box, stroke=stroke, fill=fill, resources=self._scene.claim([subnet.address]))
            canvas.icon(icon, box.x, box.y, 22)
            label = f"{self._scene.stack.short(subnet.tag_name)}  {subnet.get('cidr_block', '')}"
            canvas.text(box.x + 30, box.y + 16, label, size=11.5, colour=FAINT, width=box.width - 36)
            self._labels.append((box.x + 40 + text_width(label, 11.5), box.right))
        inner = Rect(at.x + 20, y + _TIER_HEAD, at.width - 40, row.height)
        if row.tier.gateways:
            self._draw_nat(row.tier, columns, inner.y)
            inner = Rect(inner.x, inner.y + _GATEWAY + _PAD, inner.width, inner.height)
        for balancer in row.balancers:
            self._draw_balancer(balancer, inner.tall(_BALANCER))
            inner = Rect(inner.x, inner.y + _BALANCER + _PAD, inner.width, inner.height)
        if row.cluster:
            row.cluster.draw(inner)
            inner = Rect(inner.x, inner.y + row.cluster.height + _PAD + 34, inner.width, inner.height)
        if row.data:
            row.data.draw(inner)

    def _draw_nat(self, tier: Tier, columns: dict[str, Rect], y: float) -> None:
        scene = self._scene
        outside = [
            one
            for one in scene.connections
            if one.kind is Kind.OUTSIDE and "gateway endpoint" not in one.target
        ]
        for zone, gateway in tier.gateways.items():
            width = 190.0
            rect = Rect(columns[zone].right - 20 - width, y, width, _GATEWAY)
            own = scene.claim([gateway.address])
            scene.card(rect, "nat-gateway", "NAT gateway", ["with an Elastic IP"], resources=own, size=30)
            scene.places[gateway.address] = rect
            scene.numbers(rect.right - 12 - 21 * (len(outside) - 1), rect.y + 2, outside, filled=True)

    def _draw_balancer(self, thing: Thing, at: Rect) -> None:
        scene = self._scene
        scene.places[thing.address] = at
        own = (*scene.claim(thing.resources), *scene.claim_left(LOAD_BALANCING))
        scene.canvas.on("cards")
        scene.canvas.box(at, fill="#fff", stroke=KIND[thing.kind], radius=6, resources=own)
        for association in scene.stack.of("aws_wafv2_web_acl_association"):
            if thing.address in association.references("resource_arn"):
                acl = [
                    one
                    for address in association.references("web_acl_arn")
                    if (one := scene.stack.at(address))
                ]
                claimed = scene.claim([association.address, *with_logging(scene, acl)])
                rules = f"web ACL {', '.join(scene.stack.short(str(one.get('name'))) for one in acl)}"
                count = f"{sum(len(one.get('rule', [])) for one in acl)} rules"
                card = Rect(at.x + 10, at.y + 7, 200, at.height - 14)
                scene.card(card, "waf", "AWS WAF", [rules, count], resources=claimed)
                at = Rect(card.right + 6, at.y, at.right - card.right - 6, at.height)
        scene.card(at.inside(4), thing.icon, thing.title, thing.lines, framed=False, size=42)

    def _draw_between_tiers(self) -> None:
        clusters = [row.cluster for row in self._rows if row.cluster]
        for cluster in clusters:
            for row in self._rows:
                for balancer in row.balancers:
                    start = self._scene.places[balancer.address]
                    self._arrow_down(start, cluster.box, Kind.LOAD_BALANCER, self._ports_from(balancer))
                for kind, box in row.data.boxes.items() if row.data else ():
                    first = row.data.first(kind) if row.data else None
                    ports = [one.port_text for one in self._scene.receives(first.address)] if first else []
                    if ports:
                        self._arrow_down(cluster.box, box, kind, ", ".join(ports))

    def _ports_from(self, balancer: Thing) -> str:
        ports = {
            port for one in self._scene.connections if balancer.address in one.sources for port in one.ports
        }
        return ", ".join(sorted(ports, key=lambda port: (len(port), port)))

    def _arrow_down(self, start: Rect, end: Rect, kind: Kind, label: str) -> None:
        low, high = max(start.x, end.x) + 20, min(start.right, end.right) - 20
        needed = text_width(label, 11, bold=True) + 16
        # An arrow and its label pass beside the names of subnets, within one zone.
        free = [(max(low, name), min(high, edge)) for name, edge in sorted(set(self._labels))]
        room = [(first, last) for first, last in free if last - first >= needed]
        middle = (low + high) / 2
        places = [min(max(middle, first + 6), last - needed) for first, last in room]
        x = min(places, key=lambda place: abs(place - middle), default=middle)
        canvas = self._scene.canvas
        canvas.on("lines")
        canvas.arrow([(x, start.bottom), (x, end.y)], colour=KIND[kind])
        canvas.on("marks")
        canvas.text(x + 9, end.y - 6, label, size=11, colour=KIND[kind], bold=True)
