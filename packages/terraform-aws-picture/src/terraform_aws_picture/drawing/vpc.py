"""The VPC: a column for each zone, a row for each tier, and in them what stands there."""

from __future__ import annotations

from ..architecture.aws_services import LOAD_BALANCING, NETWORK
from ..architecture.components import Component, Kind
from ..architecture.connections import Connection
from ..architecture.network import Network, SubnetType, Tier
from .canvas import FAINT, Rect
from .cluster import ClusterBand
from .data_stores import DataBand
from .diagram import NUMBER, Diagram
from .gateways import draw_gateway_endpoints, draw_internet_gateway
from .style import KIND, SUBNET, VPC, ZONE
from .texts import fitted, text_width
from .tier_arrows import TierArrows, port_label
from .web_acl import web_acl_lines, with_logging

_VPC_HEAD, _ZONE_HEAD, _TIER_HEAD = 36.0, 26.0, 32.0
_GATEWAY, _BALANCER, _GAP, _BETWEEN, _PAD = 44.0, 66.0, 12.0, 16.0, 14.0
_ARROW = 34.0  # room for an arrow with its ports, in a tier
_LEFT = 34.0  # room for the gateways, which stand on the borders
_BESIDE = (Kind.FILES, Kind.ENDPOINT, Kind.FUNCTION)


class TierRow:
    """A tier's bands: gateways of its zones, load balancers, services, data."""

    def __init__(self, diagram: Diagram, tier: Tier, width: float) -> None:
        self.tier, self.top = tier, 0.0
        services = tier.of(Kind.SERVICE)
        beside = tier.of(*_BESIDE)
        rest = tier.of(Kind.DATABASE, Kind.CACHE) + ([] if services else beside)
        self.balancers = tier.of(Kind.LOAD_BALANCER)
        self.cluster = ClusterBand(diagram, services, beside, width) if services else None
        self.data = DataBand(diagram, rest, width) if rest else None
        bands = [_GATEWAY + _PAD] if tier.gateways else []
        bands += [_BALANCER + _PAD for _ in self.balancers]
        if self.cluster:
            bands.append(self.before_cluster + self.cluster.height + _PAD)
        if self.data:
            bands.append(self.before_data + self.data.height + _PAD)
        self.height = _TIER_HEAD + (sum(bands) or _PAD)

    @property
    def before_cluster(self) -> float:
        """Room above the services for an arrow from a load balancer of the same tier."""
        return _ARROW if self.balancers else 0

    @property
    def before_data(self) -> float:
        """Room above the data for an arrow from the services of the same tier."""
        return _ARROW if self.cluster else 0


class VpcDrawing:
    """Draws the network at a place, as high as it needs to be."""

    def __init__(self, diagram: Diagram, network: Network, width: float) -> None:
        self._diagram, self._network = diagram, network
        inner = width - 2 * _LEFT - 40
        self._rows = [TierRow(diagram, tier, inner) for tier in network.tiers]
        self._balancers = [one for row in self._rows for one in row.balancers]
        rows = sum(row.height for row in self._rows) + _BETWEEN * (len(self._rows) - 1)
        self.height = _VPC_HEAD + _ZONE_HEAD + rows + _GAP + 10
        self._arrows = TierArrows(diagram, right=0)

    def draw(self, at: Rect) -> None:
        """Draw boxes first, then what is in them, then the arrows between tiers."""
        canvas, network = self._diagram.canvas, self._network
        canvas.on("boxes")
        canvas.box(at, stroke=VPC, fill="#fff", radius=4)
        canvas.icon("vpc", at.x, at.y, 28)
        name = f"VPC {network.vpc.text('cidr_block') if network.vpc else ''}".strip()
        canvas.text(at.x + 36, at.y + 19, name, size=13, bold=True, color=VPC)
        inner = Rect(at.x + _LEFT, at.y + _VPC_HEAD, at.width - 2 * _LEFT, at.height - _VPC_HEAD - _GAP)
        self._arrows = TierArrows(self._diagram, right=inner.right - 20)
        columns = self._draw_zones(inner)
        y = inner.y + _ZONE_HEAD
        for row in self._rows:
            self._draw_row(row, inner, columns, y)
            y += row.height + _BETWEEN
        self._draw_between_tiers()
        draw_internet_gateway(self._diagram, at, self._facing_the_internet())
        draw_gateway_endpoints(self._diagram, at, inner.y + _ZONE_HEAD + 60)

    def claim(self) -> tuple[str, ...]:
        """What the picture of the network stands for beside what is in it: routes, addresses, groups."""
        return self._diagram.claim_left(NETWORK)

    def _facing_the_internet(self) -> list[Rect]:
        found = [one for at in self._balancers if (one := self._diagram.document.at(at.address))]
        return [self._diagram.places[one.address] for one in found if not one.get("internal")]

    def _draw_zones(self, at: Rect) -> dict[str, Rect]:
        zones = self._network.zones
        width = (at.width - _GAP * (len(zones) - 1)) / len(zones)
        columns = {
            zone: Rect(at.x + place * (width + _GAP), at.y, width, at.height)
            for place, zone in enumerate(zones)
        }
        for zone, column in columns.items():
            self._diagram.canvas.box(column, stroke=ZONE, dashed=True, radius=4)
            x, y = column.middle[0], column.y + 18
            label = f"Availability Zone {zone}"
            self._diagram.canvas.text(
                x, y, label, size=12, color=ZONE, anchor="middle", width=column.width - 8
            )
        return columns

    def _draw_row(self, row: TierRow, at: Rect, columns: dict[str, Rect], y: float) -> None:
        canvas, row.top = self._diagram.canvas, y
        stroke, fill = SUBNET[row.tier.subnet_type]
        icon = "public-subnet" if row.tier.subnet_type is SubnetType.PUBLIC else "private-subnet"
        for zone, subnet in row.tier.subnets.items():
            box = Rect(columns[zone].x + 8, y, columns[zone].width - 16, row.height)
            canvas.on("boxes")
            canvas.box(box, stroke=stroke, fill=fill, resources=self._diagram.claim([subnet.address]))
            canvas.icon(icon, box.x, box.y, 22)
            name = self._diagram.document.short(subnet.tag_name or subnet.key)
            label = fitted(f"{name}  {subnet.text('cidr_block')}", 11.5, box.width - 36)
            canvas.text(box.x + 30, box.y + 16, label, size=11.5, color=FAINT)
            self._arrows.pass_beside(box.x + 30 + text_width(label, 11.5), box)
        inner = Rect(at.x + 20, y + _TIER_HEAD, at.width - 40, row.height)
        if row.tier.gateways:
            self._draw_nat(row.tier, columns, inner.y)
            inner = Rect(inner.x, inner.y + _GATEWAY + _PAD, inner.width, inner.height)
        for number, balancer in enumerate(row.balancers, 1):
            width = inner.width - self._step(row) * (number - 1)
            self._draw_balancer(balancer, Rect(inner.x, inner.y, width, _BALANCER))
            inner = Rect(inner.x, inner.y + _BALANCER + _PAD, inner.width, inner.height)
        if row.cluster:
            inner = Rect(inner.x, inner.y + row.before_cluster, inner.width, inner.height)
            row.cluster.draw(inner)
            inner = Rect(inner.x, inner.y + row.cluster.height + _PAD, inner.width, inner.height)
        if row.data:
            row.data.draw(Rect(inner.x, inner.y + row.before_data, inner.width, inner.height))

    def _draw_nat(self, tier: Tier, columns: dict[str, Rect], y: float) -> None:
        diagram = self._diagram
        outside = [
            one
            for one in diagram.connections
            if one.kind is Kind.OUTSIDE and "gateway endpoint" not in one.target
        ]
        for zone, gateway in tier.gateways.items():
            width = min(190.0, columns[zone].width - 40)
            rect = Rect(columns[zone].right - 20 - width, y, width, _GATEWAY)
            own = diagram.claim([gateway.address])
            diagram.card(rect, "nat-gateway", "NAT gateway", ["with an Elastic IP"], resources=own, size=30)
            diagram.places[gateway.address] = rect
            step = min(NUMBER, (width - 20) / max(len(outside), 1))
            start = rect.right - 12 - step * (len(outside) - 1)
            diagram.numbers(start, rect.y + 2, outside, filled=True, step=step)

    def _draw_balancer(self, component: Component, at: Rect) -> None:
        diagram = self._diagram
        diagram.places[component.address] = at
        own = diagram.claim(component.resources)
        if component is self._balancers[-1]:
            own += diagram.claim_left(LOAD_BALANCING)
        diagram.canvas.on("cards")
        diagram.canvas.box(at, fill="#fff", stroke=KIND[component.kind], radius=6, resources=own)
        for association in diagram.document.of("aws_wafv2_web_acl_association"):
            if component.address in association.references("resource_arn"):
                acls = diagram.document.referred([association], "web_acl_arn", "aws_wafv2_web_acl.")
                claimed = diagram.claim([association.address, *with_logging(diagram, acls)])
                card = Rect(at.x + 10, at.y + 7, 200, at.height - 14)
                diagram.card(card, "waf", "AWS WAF", web_acl_lines(diagram, acls), resources=claimed)
                at = Rect(card.right + 6, at.y, at.right - card.right - 6, at.height)
        diagram.card(at.inside(4), component.icon, component.title, component.lines, framed=False, size=42)

    def _draw_between_tiers(self) -> None:
        """Arrows from load balancers to services, and from services to data."""
        for below in self._rows:
            if below.cluster:
                for row in self._rows:
                    self._draw_to_services(row, below, below.cluster)
                    self._draw_to_data(below.cluster, below, row)

    def _draw_to_services(self, row: TierRow, below: TierRow, cluster: ClusterBand) -> None:
        turn = cluster.box.y - _ARROW + 8 if row is below else below.top - _BETWEEN / 2
        step = self._step(row)
        for number, balancer in enumerate(row.balancers, 1):
            start = self._diagram.places[balancer.address]
            if number < len(row.balancers):
                # Each reaches further to the right than those below it.
                start = Rect(start.right - step - 10, start.y, step + 10, start.height)
            if found := self._received(cluster, balancer):
                self._arrows.draw(start, cluster.box, Kind.LOAD_BALANCER, found, turn=turn)

    def _received(self, cluster: ClusterBand, balancer: Component) -> list[Connection]:
        connections = self._diagram.connections
        return [
            one for one in connections if balancer.address in one.sources and one.targets & cluster.addresses
        ]

    def _draw_to_data(self, cluster: ClusterBand, own: TierRow, row: TierRow) -> None:
        turn = cluster.box.bottom + 10 if row is own else row.top - _BETWEEN / 2
        first, *others = row.data.rows if row.data else [[]]
        for box in first:
            if found := box.received_from(cluster.addresses):
                self._arrows.draw(cluster.box, box.at, box.kind, found, turn=turn)
        for number, box in enumerate(box for boxes in others for box in boxes):
            if found := box.received_from(cluster.addresses):
                self._arrows.draw_around(cluster.box, box.at, box.kind, found, turn=turn, number=number)

    def _step(self, row: TierRow) -> float:
        """How much further right a load balancer reaches than the one below it: its ports fit there."""
        clusters = [one.cluster for one in self._rows if one.cluster]
        labels = [
            port_label(self._received(cluster, balancer))
            for cluster in clusters
            for balancer in row.balancers
        ]
        widest = max((text_width(label, 11, bold=True) for label in labels), default=0)
        return min(widest + 50, 700 / max(len(row.balancers) - 1, 1))
