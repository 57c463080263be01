"""Check that all clients of a database can connect at the same time, in the worst case. Pure.

The worst case: every client is scaled to its maximum and is being deployed, so that old and new tasks have
connection pools.
"""

from collections.abc import Sequence

from ..errors import ProblemsError, refusal
from ..settings import settings
from ..values import Line, Positive, SomeTasks
from .postgresql.instance_classes import MEMORY_GIB, InstanceClass, max_connections

# PostgreSQL: superuser_reserved_connections is 3; Amazon RDS user guide, "Parameters":
# rds.rds_superuser_reserved_connections is 2.
RESERVED = 5
# A migration, a person with psql, a monitoring agent.
OPERATIONS = 10


@settings
class Client:
    """A database client of at most `tasks` tasks (the autoscaling maximum) with `pool_size` connections each.

    `deployment_percent` is the maximum of tasks during a rolling deployment (ECS: maximumPercent).
    """

    name: Line
    tasks: SomeTasks
    pool_size: Positive
    deployment_percent: Positive = 200

    @property
    def connections(self) -> int:
        """The maximum of connections."""
        return self.tasks_while_deploying * self.pool_size

    @property
    def tasks_while_deploying(self) -> int:
        """The maximum of tasks during a deployment. ECS rounds it down, but never below `tasks`."""
        return max(self.tasks, self.tasks * self.deployment_percent // 100)


def check_connection_budget(
    clients: Sequence[Client], *, database: str, instance_class: InstanceClass
) -> None:
    """Raise ProblemsError with the calculation if the clients of a database could exceed its connections."""
    needed = sum(client.connections for client in clients) + RESERVED + OPERATIONS
    available = max_connections(instance_class)
    if needed <= available:
        return
    parts = [
        f"{client.name} {client.tasks_while_deploying} tasks × {client.pool_size} = {client.connections}"
        for client in clients
    ]
    parts += [f"operations {OPERATIONS}", f"reserved by PostgreSQL and RDS {RESERVED}"]
    why = refusal(
        got=f"{needed} connections at most ({' + '.join(parts)})",
        allowed=f"{available} with {instance_class}",
        fix=f"lower pools ({_pool_that_fits(clients, available)} each would fit) or scaling maximums, "
        f"pool connections outside the tasks, {_larger(needed)}",
    )
    raise ProblemsError.one(f"connections of {database}", why)


def _pool_that_fits(clients: Sequence[Client], available: int) -> int:
    tasks = sum(client.tasks_while_deploying for client in clients)
    return max(0, available - RESERVED - OPERATIONS) // tasks


def _larger(needed: int) -> str:
    fitting = [name for name in MEMORY_GIB if name.startswith("db.t4g") and max_connections(name) >= needed]
    return f"or take {fitting[0]} ({max_connections(fitting[0])})" if fitting else "or share the load"
