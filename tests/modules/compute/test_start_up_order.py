"""What starts after what."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from modules.compute.service.start_up_order import start_up_order, start_up_problems


def test_a_circle_is_named_whole() -> None:
    (problem,) = start_up_problems({"api": ["store"], "store": ["queue"], "queue": ["api"], "web": ["api"]})
    circle = problem.what.split(";")[0].removeprefix("got ").split(" → ")
    assert circle[0] == circle[-1]
    assert set(circle) == {"api", "store", "queue"}
    assert list(pairwise(circle)).count(("api", "store")) == 1
    assert "drop one of these arrows" in problem.what


def test_who_nobody_is_is_refused_with_those_who_are() -> None:
    (problem,) = start_up_problems({"api": ["stroe"], "store": []})
    assert str(problem) == "api.starts_after: got 'stroe'; allowed: api, store; name one of these"


def test_a_service_cannot_start_after_itself() -> None:
    (problem,) = start_up_problems({"api": ["api"]})
    assert "got api → api;" in problem.what


@given(st.dictionaries(st.integers(0, 9), st.sets(st.integers(0, 9))))
def test_everything_starts_after_what_it_waits_for(drawn: dict[int, set[int]]) -> None:
    # Waiting only for smaller numbers, nothing waits in a circle.
    graph = {str(n): [str(m) for m in later if m < n and m in drawn] for n, later in drawn.items()}
    assert not [*start_up_problems(graph)]
    order = start_up_order(graph)
    assert sorted(order) == sorted(graph)
    assert all(order.index(earlier) < order.index(name) for name in graph for earlier in graph[name])
