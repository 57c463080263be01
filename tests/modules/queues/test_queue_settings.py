"""Queues and workers: what Dramatiq, Redis and Fargate would refuse."""

from __future__ import annotations

from typing import Any

import pytest

from modules.compute.service.container_settings import ContainerSettings, http_health
from modules.databases.redis.settings import RedisSettings
from modules.errors import ProblemsError
from modules.queues.settings import QueueSettings, broker_problems
from modules.queues.worker import WorkerSettings, worker_container


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"queues": ("e mails",)}, r"queues: got 'e mails'; allowed: letters, digits"),
        ({"queues": ("1st",)}, r"queues: got '1st'"),
        ({"queues": ("default.DQ",)}, r"queues: got 'default\.DQ'; allowed: .*not last \.DQ or \.XQ"),
        ({"queues": ()}, r"queues: got \[\]; allowed: one or more"),
        ({"queues": ("a.b", "a-b")}, r"queues: got \['a\.b', 'a-b'\]; allowed: .*differ"),
        ({"namespace": "a b"}, r"namespace: got 'a b'"),
    ],
)
def test_a_queue_that_dramatiq_would_refuse_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=rf"QueueSettings\.{message}"):
        QueueSettings(**fields)


def test_a_broker_in_cluster_mode_or_without_keys_is_refused_by_name() -> None:
    broker = RedisSettings(name="broker", node_type="cache.t4g.small", shards=2)
    shards, keys = (f"{one}" for one in broker_problems(broker))
    assert "broker.shards: got 2 shards, which is cluster mode" in shards
    assert "neither cluster mode nor a serverless cache" in shards
    assert "broker.permissions" in keys
    assert "+info +keys'" in keys


@pytest.mark.parametrize(
    ("permissions", "refused"),
    [
        ("on ~* &* +@all", False),
        ("on ~* &* +@all -@dangerous", True),
        ("on ~* &* +@all -@dangerous +keys", False),
        ("on ~* &* +@all +keys -@dangerous", True),
        ("on ~* &* +@read +@write", True),
    ],
)
def test_keys_is_allowed_as_redis_reads_the_access_string(permissions: str, *, refused: bool) -> None:
    broker = RedisSettings(name="broker", node_type="cache.t4g.small", permissions=permissions)
    assert bool([*broker_problems(broker)]) is refused


def test_a_shutdown_that_fargate_ends_by_force_is_refused() -> None:
    with pytest.raises(ProblemsError, match=r"shutdown_seconds: got 600 seconds; allowed: 1 to 110: Fargate"):
        WorkerSettings(module="shop.tasks", shutdown_seconds=600)


def test_the_command_runs_without_a_shell_and_stops_before_fargate_kills_it() -> None:
    worker = WorkerSettings(module="shop.tasks", threads=4, protect_minutes=60)
    container = worker_container(worker, ContainerSettings(environment={"A": "1"}))
    assert container.command[:2] == ("dramatiq", "shop.tasks")
    timeout = int(container.command[container.command.index("--worker-shutdown-timeout") + 1]) / 1000
    assert timeout < container.stop_timeout_seconds
    assert not container.entry_point
    assert container.environment == {"TASK_PROTECTION_MINUTES": "60", "A": "1"}
    assert container.health_check
    own = ContainerSettings(health_check=http_health(9000))
    assert worker_container(worker, own).health_check == own.health_check
