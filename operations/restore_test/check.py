"""The product's own check of a restored database: a command of a service, in a task of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from modules.resilience.restore_test.settings import RestoreCheck
from operations.console import say
from operations.deployed import deployed_services
from operations.revisions import described, registrable
from operations.synthesized import Service, SynthesizedStack, services
from operations.synthesized.choice import chosen_services
from operations.tasks.definition import copied
from operations.tasks.run import watching
from operations.tasks.start import OneOff

_STARTED_BY = "infra-restore-test"


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check of a stack's settings, whose service is deployed."""

    clients: Any
    stack: SynthesizedStack
    check: RestoreCheck
    service: Service
    deployed: Mapping[str, Any]

    @classmethod
    def of(cls, clients: Any, stack: SynthesizedStack, check: RestoreCheck) -> Check:
        """Raises ProblemsError for a service that the stack does not have, or that is not deployed."""
        (service,) = chosen_services(stack.name, services(stack), [check.service])
        deployed = deployed_services(clients.ecs, stack.name, [service])[service.service]
        return cls(clients=clients, stack=stack, check=check, service=service, deployed=deployed)

    @property
    def family(self) -> str:
        """Of the copies of the task definition, which are no revisions of the service."""
        return f"{self.stack.name}-{self.service.service}-restore-test"

    def run(self, console: Console, *, host: str, port: int, group: str) -> int:
        """Run it with the restored database in the other's place; gives its exit code.

        The task has the groups of the service, for its secrets and logs, and `group`, which reaches the
        restored database.
        """
        variables = {name: value.format(host=host, port=port) for name, value in self.check.variables.items()}
        container = self.service.container
        definition = registrable(
            self.clients.ecs, described(self.clients.ecs, self.deployed["taskDefinition"])
        )
        copy = copied(
            definition,
            family=self.family,
            container=container.name,
            command=self.check.command,
            image=None,
            variables=variables,
        )
        task = OneOff(
            cluster=self.service.cluster,
            service={**self.deployed, "networkConfiguration": self._network(group)},
            overrides={},
            started_by=_STARTED_BY,
            copy=copy,
        ).start(self.clients.ecs)
        say(console, f"The task of the check is {task}")
        watch = watching(
            self.clients,
            self.stack,
            self.service,
            container,
            task,
            console,
            seconds=60.0 * self.check.minutes,
        )
        watch.asks = False
        watch.write = lambda line: say(console, f"  {line}")
        return watch.to_the_end()

    def has_ended(self) -> bool:
        """Whether no task of a check is left. One of a test that was interrupted or killed is stopped."""
        ecs, cluster = self.clients.ecs, self.service.cluster
        asked = {"cluster": cluster, "family": self.family}
        for task in ecs.list_tasks(**asked, desiredStatus="RUNNING")["taskArns"]:
            ecs.stop_task(cluster=cluster, task=task, reason="infra: the restore test is over")
        stopped = ecs.list_tasks(**asked, desiredStatus="STOPPED")["taskArns"]
        found = ecs.describe_tasks(cluster=cluster, tasks=stopped)["tasks"] if stopped else ()
        return all(one["lastStatus"] == "STOPPED" for one in found)

    def _network(self, group: str) -> Mapping[str, Any]:
        given = self.deployed["networkConfiguration"]["awsvpcConfiguration"]
        return {"awsvpcConfiguration": {**given, "securityGroups": [*given["securityGroups"], group]}}
