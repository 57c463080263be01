"""Start-up order of the containers of a task or the services of a cluster. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from ...errors import Problem, refusal

Graph = Mapping[str, Collection[str]]


def start_up_problems(starts_after: Graph) -> Iterator[Problem]:
    """Unknown names, and cycles. `starts_after`: name → names."""
    for name, earlier in starts_after.items():
        for other in earlier:
            if other not in starts_after:
                why = refusal(got=repr(other), allowed=", ".join(starts_after), fix="name one of these")
                yield Problem(where=f"{name}.starts_after", what=why)
    try:
        TopologicalSorter(starts_after).prepare()
    except CycleError as error:
        # graphlib lists predecessors first; reversed, each arrow reads "starts after".
        circle = error.args[1][::-1]
        why = refusal(
            got=" → ".join(circle),
            allowed="a start-up order without a circle",
            fix="drop one of these arrows",
        )
        yield Problem(where=f"{circle[0]}.starts_after", what=why)


def start_up_order(starts_after: Graph) -> tuple[str, ...]:
    """The names in topological order; otherwise in the order given."""
    remaining = dict(starts_after)
    order: list[str] = []
    while remaining:
        ready = next(name for name, earlier in remaining.items() if not set(earlier) & remaining.keys())
        order.append(ready)
        del remaining[ready]
    return tuple(order)
