"""Services grouped by who may reach them, and the groups set in rows."""

from __future__ import annotations

from dataclasses import dataclass

from ..architecture.components import Component, Kind
from ..architecture.connections import INTERNET
from .diagram import Diagram

_IN_A_ROW = 6


@dataclass(frozen=True)
class Group:
    """Services that are reached alike."""

    title: str
    services: tuple[Component, ...]

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses of its services."""
        return frozenset(one.address for one in self.services)


def groups(diagram: Diagram, services: list[Component]) -> list[Group]:
    """Services by what reaches them: the internet, a load balancer, other services, nothing."""
    found = diagram.network.components if diagram.network else ()
    balancers = {one.address for one in found if one.kind is Kind.LOAD_BALANCER}
    fronted = {at for one in diagram.connections if one.sources & balancers for at in one.targets}
    direct = {at for one in diagram.connections if INTERNET in one.sources for at in one.targets} - fronted
    reached = {at for one in diagram.connections for at in one.targets}
    parts = {
        "Open to the internet": [one for one in services if one.address in direct],
        "Behind the load balancer": [one for one in services if one.address in fronted],
        "Internal services": [one for one in services if one.address in reached - fronted - direct],
        "Background: nothing may reach them": [one for one in services if one.address not in reached],
    }
    return [Group(title, tuple(members)) for title, members in parts.items() if members]


def rows(found: list[Group]) -> list[list[Group]]:
    """One or two groups in a row, as many cards as fit; a longer group is split over rows."""
    pieces = [
        Group(one.title, one.services[first : first + _IN_A_ROW])
        for one in found
        for first in range(0, len(one.services), _IN_A_ROW)
    ]
    set_rows: list[list[Group]] = []
    for piece in pieces:
        # Of two groups side by side, none stands in the way of an arrow.
        beside = set_rows[-1] if set_rows and len(set_rows[-1]) == 1 else []
        if beside and sum(len(one.services) for one in [*beside, piece]) <= _IN_A_ROW:
            set_rows[-1].append(piece)
        else:
            set_rows.append([piece])
    return set_rows
