"""Whether all clients can connect at once: the sum, and the message when they can't."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.databases.connection_budget import (
    OPERATIONS,
    RESERVED,
    Client,
    check_connection_budget,
)
from modules.databases.postgresql.instance_classes import MEMORY_GIB, max_connections
from modules.errors import ProblemsError

CLASSES = st.sampled_from(sorted(MEMORY_GIB))
CLIENTS = st.lists(
    st.builds(
        Client,
        name=st.just("api"),
        tasks=st.integers(1, 50),
        pool_size=st.integers(1, 50),
        deployment_percent=st.sampled_from([100, 150, 200]),
    ),
    min_size=1,
    max_size=5,
)


def test_the_whole_sum_stands_in_the_message() -> None:
    clients = [Client(name="api", tasks=10, pool_size=10), Client(name="worker", tasks=1, pool_size=5)]
    with pytest.raises(ProblemsError) as raised:
        check_connection_budget(clients, database="shop", instance_class="db.t4g.small")
    message = str(raised.value)
    assert message.startswith("connections of shop: got 225 connections at most (")
    assert "api 20 tasks × 10 = 200 + worker 2 tasks × 5 = 10 + operations 10" in message
    assert "allowed: 187 with db.t4g.small" in message
    assert "lower pools (7 each would fit)" in message
    assert "take db.t4g.medium (401)" in message


def test_what_fits_passes_and_one_more_does_not() -> None:
    room = max_connections("db.t4g.micro") - RESERVED - OPERATIONS
    fitting = Client(name="api", tasks=1, pool_size=room, deployment_percent=100)
    check_connection_budget([fitting], database="shop", instance_class="db.t4g.micro")
    with pytest.raises(ProblemsError):
        check_connection_budget(
            [fitting, Client(name="one", tasks=1, pool_size=1, deployment_percent=100)],
            database="shop",
            instance_class="db.t4g.micro",
        )


@given(memory=CLASSES)
def test_connections_stay_below_the_default_of_rds(memory: str) -> None:
    """Amazon RDS user guide: LEAST({DBInstanceClassMemory/9531392}, 5000); never more than that."""
    assert 6 < max_connections(memory) <= min(MEMORY_GIB[memory] * 2**30 // 9531392, 5000)


@given(clients=CLIENTS, instance_class=CLASSES)
def test_the_suggested_pool_fits_and_the_next_does_not(clients: list[Client], instance_class: str) -> None:
    def refusal_of(size: int) -> str:
        resized = [replace(client, pool_size=size) for client in clients]
        try:
            check_connection_budget(resized, database="shop", instance_class=instance_class)
        except ProblemsError as error:
            return str(error)
        return ""

    suggested = re.search(r"\((\d+) each would fit\)", refusal_of(5000))
    assert suggested
    pool = int(suggested[1])
    assert pool == 0 or not refusal_of(pool)
    assert refusal_of(pool + 1)


@given(tasks=st.integers(1, 100), percent=st.integers(100, 200))
def test_a_deployment_never_runs_fewer_tasks_than_wanted(tasks: int, percent: int) -> None:
    client = Client(name="api", tasks=tasks, pool_size=1, deployment_percent=percent)
    assert tasks <= client.connections <= 2 * tasks
