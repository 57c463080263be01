"""The check of a restored database, in a task of its own: a command of a service, or a look by SQL."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from modules.resilience.restore_test.settings import RestoreCheck, SqlCheck
from operations.console import say
from operations.deployed import deployed_services
from operations.restore_test import sql
from operations.revisions import described, registrable
from operations.synthesized import Service, SynthesizedStack, services
from operations.synthesized.choice import chosen_services
from operations.tasks.definition import Copy, copied
from operations.tasks.run import watching
from operations.tasks.start import OneOff

_STARTED_BY = "infra-restore-test"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a check ended, and what it found, if it says that."""

    exit_code: int
    found: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check of a stack's settings, whose service is deployed."""

    clients: Any
    stack: SynthesizedStack
    check: RestoreCheck | SqlCheck
    service: Service
    deployed: Mapping[str, Any]
    # Where tasks get public addresses, that nobody may connect to: a stack that stands by has no other way to
    # images and secrets. Empty: in the service's own subnets.
    public_subnets: tuple[str, ...] = ()

    @classmethod
    def of(cls, clients: Any, stack: SynthesizedStack, check: RestoreCheck | SqlCheck) -> Check:
        """Raises ProblemsError for a service that the stack does not have, or that is not deployed."""
        (service,) = chosen_services(stack.name, services(stack), [check.service])
        deployed = deployed_services(clients.ecs, stack.name, [service])[service.service]
        return cls(clients=clients, stack=stack, check=check, service=service, deployed=deployed)

    @property
    def family(self) -> str:
        """Of the copies of the task definition, which are no revisions of the service."""
        return f"{self.stack.name}-{self.service.service}-restore-test"

    @property
    def text(self) -> str:
        """What it does, for people."""
        check = self.check
        what = (
            f"a look by SQL, with {check.image}" if isinstance(check, SqlCheck) else shlex.join(check.command)
        )
        return f"{check.service}: {what}"

    def run(self, console: Console, *, host: str, port: int, group: str) -> Outcome:
        """Run it with the restored database in the other's place.

        The task has the groups of the service, for its secrets and logs, and `group`, which reaches the
        restored database.
        """
        container, lines = self.service.container, list[str]()
        task = OneOff(
            cluster=self.service.cluster,
            service={**self.deployed, "networkConfiguration": self._network(group)},
            overrides={},
            started_by=_STARTED_BY,
            copy=self._copy(host, port),
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

        def write(line: str) -> None:
            lines.append(line)
            say(console, f"  {line}")

        watch.asks, watch.write = False, write
        code = watch.to_the_end()
        return Outcome(exit_code=code, found=sql.found(lines) if isinstance(self.check, SqlCheck) else None)

    def _copy(self, host: str, port: int) -> Copy:
        definition = registrable(
            self.clients.ecs, described(self.clients.ecs, self.deployed["taskDefinition"])
        )
        container, check = self.service.container.name, self.check
        if isinstance(check, SqlCheck):
            return sql.copy(definition, check, family=self.family, container=container, host=host, port=port)
        return copied(
            definition,
            family=self.family,
            container=container,
            command=check.command,
            image=None,
            variables={name: value.format(host=host, port=port) for name, value in check.variables.items()},
        )

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
        public = {"subnets": [*self.public_subnets], "assignPublicIp": "ENABLED"}
        return {
            "awsvpcConfiguration": {
                **given,
                **(public if self.public_subnets else {}),
                "securityGroups": [*given["securityGroups"], group],
            }
        }


def public_subnets(ec2: Any, vpc: str) -> tuple[str, ...]:
    """The subnets of a network whose route table leads to the internet by its gateway."""
    tables = ec2.get_paginator("describe_route_tables").paginate(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}]
    )
    found = [
        association["SubnetId"]
        for page in tables
        for table in page["RouteTables"]
        if any(str(route.get("GatewayId", "")).startswith("igw-") for route in table["Routes"])
        for association in table["Associations"]
        if "SubnetId" in association
    ]
    return tuple(sorted(found))
