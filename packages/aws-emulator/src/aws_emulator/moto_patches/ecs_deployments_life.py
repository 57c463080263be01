"""What becomes of a service deployment of ECS: its states, its tasks, the events of its service.

The states are those of ServiceDeployment (Amazon ECS API Reference). Each step takes the time that was
ordered (`aws_emulator.orders`), by default none, and is taken when somebody looks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from aws_emulator.moto_patches.ecs_deployments_shown import count, show
from aws_emulator.moto_patches.ecs_deployments_tasks import start, tasks_of, unpulled
from aws_emulator.orders import ORDERS, Order

ONGOING = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
_LOCK = RLock()
_EVENTS = 100  # Service (Amazon ECS API Reference), events: "A maximum of 100 of the latest events"


class Deployment:
    """One service deployment. Its attributes bear the names that the API gives them."""

    def __init__(self, service: Any, previous: Deployment | None) -> None:
        self._service, self._previous = service, previous
        self.source = _completed(previous)
        self.definition = service._backend.describe_task_definition(service.task_definition)  # noqa: SLF001
        number = mock_random.randint(10**18, 10**19 - 1)
        self.name, place = f"ecs-svc/{number}", service.arn.partition(":service/")
        path = f"{service.cluster_name}/{service.name}"
        identity = mock_random.get_random_string(length=21)
        self.serviceDeploymentArn = f"{place[0]}:service-deployment/{path}/{identity}"
        self.serviceRevisionArn = f"{place[0]}:service-revision/{path}/{number}"
        self.status = "PENDING"
        self.statusReason: str | None = None
        self.createdAt = self.updatedAt = self._since = utcnow()
        self.startedAt: datetime | None = None
        self.finishedAt: datetime | None = None
        self.stoppedAt: datetime | None = None
        self.rollback: dict[str, Any] | None = None
        self.failures = 0
        self.triggered: list[str] = []
        self._rang_before = self._ringing()

    @property
    def ongoing(self) -> bool:
        """Whether it has not ended."""
        return self.status in ONGOING

    @property
    def configuration(self) -> dict[str, Any]:
        """The deploymentConfiguration of the service."""
        return getattr(self._service, "deploymentConfiguration", None) or {}

    @property
    def threshold(self) -> int:
        """DeploymentCircuitBreaker (Amazon ECS API Reference): 0.5 × desired count, between 3 and 200."""
        return min(200, max(3, -(-int(self._service.desired_count) // 2)))

    def stop(self, how: str) -> None:
        """StopServiceDeployment: begin to roll back, or to stop."""
        if self.status in ("PENDING", "IN_PROGRESS"):
            reason = "Service deployment stopped by user."
            self._be("ROLLBACK_REQUESTED" if how == "ROLLBACK" else "STOP_REQUESTED", reason)

    def supersede(self) -> None:
        """Another deployment has begun."""
        self._be("STOPPED", "Superseded by another deployment.")

    def advance(self) -> None:
        """Take the steps that are due."""
        while self.ongoing and utcnow() >= self._since + (step := timedelta(seconds=self._order.seconds)):
            if self.status == "IN_PROGRESS" and (rings := sorted(self._ringing() - self._rang_before)):
                self.triggered = rings
                self._fail(f"alarms {', '.join(rings)} are in ALARM state.", self.configuration["alarms"])
                continue
            before = (self.status, self.failures)
            getattr(self, f"_{self.status.lower()}")()
            if before == (self.status, self.failures):
                return
            self._since += step

    # One method a state: what its next step is.

    def _pending(self) -> None:
        self._be("IN_PROGRESS")
        self._rang_before = self._ringing()
        self.fill("has started 1 tasks")

    def _in_progress(self) -> None:
        order = self._order
        if order.hangs:
            return
        if order.fails and self._service.desired_count:
            self._fail_task(order)
            return
        for task in self.fill("has started 1 tasks"):
            task.run()
        self._retire()
        self._say(f"(deployment {self.name}) deployment completed.")
        self._say("has reached a steady state.")
        self._be("SUCCESSFUL")

    def _rollback_requested(self) -> None:
        self._begin_rollback(self.statusReason or "")

    def _rollback_in_progress(self) -> None:
        if self._order.rollback_fails:
            self._be("ROLLBACK_FAILED", "The tasks of the service revision that is rolled back to failed.")
            return
        assert self.source is not None  # noqa: S101 - else the rollback has not begun
        for task in self.source.fill("has started 1 tasks"):
            task.run()
        for task in tasks_of(self._service):
            if task.started_by != self.source.name:
                task.stop(
                    "ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {self.name})"
                )
        self._say("has reached a steady state.")
        self._be("ROLLBACK_SUCCESSFUL", self.statusReason)

    def _stop_requested(self) -> None:
        self._be("STOPPED", self.statusReason)

    def _fail_task(self, order: Order) -> None:
        self.failures += 1
        open_ones = [one for one in self._own() if one.last_status != "STOPPED"]
        task = open_ones[0] if open_ones else start(self._service, self.definition, self.name)
        self._say(task.fail(order))
        breaker = self.configuration.get("deploymentCircuitBreaker") or {}
        if breaker.get("enable") and self.failures >= self.threshold:
            self._fail("tasks failed to start.", breaker)
        else:
            self.fill("has started 1 tasks")

    def _fail(self, why: str, monitor: dict[str, Any]) -> None:
        self._say(f"(deployment {self.name}) deployment failed: {why}")
        which = "alarm detected a failure:" if self.triggered else "circuit breaker was triggered:"
        reason = f"Service deployment {which} {why}"
        if monitor.get("rollback"):
            self._begin_rollback(reason)
        else:
            self._stop_tasks()
            self._be("STOPPED", reason)

    def _begin_rollback(self, reason: str) -> None:
        self._stop_tasks()
        if self.source is None:
            self._be("ROLLBACK_FAILED", f"{reason} No rollback candidate was found to run the rollback.")
            return
        self._say(f"rolling back to deployment {self.source.name}.")
        self._service.task_definition = self.source.definition.arn
        self.rollback = {
            "reason": reason,
            "startedAt": utcnow(),
            "serviceRevisionArn": self.source.serviceRevisionArn,
        }
        self._be("ROLLBACK_IN_PROGRESS", reason)

    def _be(self, status: str, reason: str | None = None) -> None:
        self.status, self.statusReason, self.updatedAt = status, reason, utcnow()
        if status == "IN_PROGRESS":
            self.startedAt = self.updatedAt
        if status == "STOPPED":
            self.stoppedAt = self.updatedAt
        if not self.ongoing:
            self.finishedAt = self.updatedAt

    @property
    def _order(self) -> Order:
        images = [one["image"] for one in self.definition.container_definitions]
        order = ORDERS.of([self._service.name, *images])
        if order == Order() and (missing := unpulled(self.definition)):
            return Order(failure=missing)
        return order

    def _ringing(self) -> set[str]:
        alarms = self.configuration.get("alarms") or {}
        found = cloudwatch_backends[self._service._account_id][self._service.region_name].alarms  # noqa: SLF001
        names = alarms.get("alarmNames", ()) if alarms.get("enable") else ()
        return {name for name in names if name in found and found[name].state_value == "ALARM"}

    @property
    def counts(self) -> dict[str, int]:
        """How many of its tasks run and are pending."""
        states = [one.last_status for one in self._own()]
        return {"runningCount": states.count("RUNNING"), "pendingCount": states.count("PENDING")}

    def _own(self) -> list[Any]:
        return [one for one in tasks_of(self._service) if one.started_by == self.name]

    def fill(self, saying: str = "") -> list[Any]:
        """Have as many tasks as the service wants, and give them."""
        alive = [one for one in self._own() if one.last_status != "STOPPED"]
        for _ in range(self._service.desired_count - len(alive)):
            alive.append(task := start(self._service, self.definition, self.name))
            if saying:
                self._say(f"{saying}: (task {task.id}).")
        for surplus in alive[self._service.desired_count :]:
            surplus.stop("ServiceSchedulerInitiated", "Scaling activity initiated by the service scheduler")
        return alive[: self._service.desired_count]

    def scale(self) -> None:
        """After its end: have as many tasks as the service wants."""
        for task in self.fill():
            task.run()

    def _stop_tasks(self) -> None:
        for task in self._own():
            task.stop("ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {self.name})")

    def _retire(self) -> None:
        for task in tasks_of(self._service):
            if task.started_by != self.name:
                task.stop(
                    "ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {self.name})"
                )

    def _say(self, what: str) -> None:
        event = {
            "id": str(mock_random.uuid4()),
            "createdAt": utcnow(),
            "message": f"(service {self._service.name}) {what}",
        }
        self._service.events = [event, *self._service.events][:_EVENTS]


def _completed(previous: Deployment | None) -> Deployment | None:
    """The last one that succeeded, of those that came before."""
    while previous is not None:
        if previous.status == "SUCCESSFUL":
            return previous
        previous = previous._previous  # noqa: SLF001 - of the same module
    return None


def deployments_of(service: Any) -> list[Deployment]:
    """The service deployments of a service, latest first, as they are now."""
    with _LOCK:
        found: list[Deployment] = service.__dict__.setdefault("service_deployments", [])
        if found and service.status == "ACTIVE":
            found[0].advance()
            show(service)
        return found


def begin(service: Any) -> None:
    """Begin a deployment of what the service is now."""
    with _LOCK:
        found: list[Deployment] = service.__dict__.setdefault("service_deployments", [])
        if found and found[0].ongoing:
            found[0].supersede()
        service.service_deployments = [Deployment(service, found[0] if found else None), *found]
        show(service)


def end(service: Any) -> None:
    """A deleted service has neither tasks nor deployments."""
    with _LOCK:
        for task in tasks_of(service):
            task.stop("ServiceSchedulerInitiated", "Service deleted")
        service.service_deployments = []
        count(service)
