"""Services grouped by who may reach them, and the groups set in rows."""

from __future__ import annotations

from dataclasses import dataclass

from operations.picture.scene import Scene
from operations.picture.thing import Kind, Thing

_IN_A_ROW = 6


@dataclass(frozen=True)
class Group:
    """Services that are reached alike."""

    title: str
    services: tuple[Thing, ...]

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses of its services."""
        return frozenset(one.address for one in self.services)


def groups(scene: Scene, services: list[Thing]) -> list[Group]:
    """Services behind a load balancer, those that other services reach, and those that nothing reaches."""
    found = scene.network.things if scene.network else ()
    balancers = {one.address for one in found if one.kind is Kind.LOAD_BALANCER}
    fronted = {at for one in scene.connections if one.sources & balancers for at in one.targets}
    reached = {at for one in scene.connections for at in one.targets}
    parts = {
        "Behind the load balancer": [one for one in services if one.address in fronted],
        "Internal services": [one for one in services if one.address in reached - fronted],
        "Background: nothing may reach them": [one for one in services if one.address not in reached],
    }
    return [Group(title, tuple(members)) for title, members in parts.items() if members]


def rows(found: list[Group]) -> list[list[Group]]:
    """Groups set in rows of at most six cards; a longer group is split over rows."""
    pieces = [
        Group(one.title, one.services[first : first + _IN_A_ROW])
        for one in found
        for first in range(0, len(one.services), _IN_A_ROW)
    ]
    set_rows: list[list[Group]] = []
    for piece in pieces:
        if set_rows and sum(len(one.services) for one in [*set_rows[-1], piece]) <= _IN_A_ROW:
            set_rows[-1].append(piece)
        else:
            set_rows.append([piece])
    return set_rows
