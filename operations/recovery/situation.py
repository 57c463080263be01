"""What commands of a recovery look at and change: both stacks, their databases, DNS."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from modules.errors import Problem, ProblemsError, refusal
from operations import synthesized
from operations.aws import PATIENT, Clients
from operations.deploy.checks import check_account
from operations.deployed import described_services
from operations.progress import Step as Shown
from operations.recovery.databases import GlobalDatabase, Instances, databases
from operations.recovery.deployed import Deployed
from operations.recovery.dns import PRIMARY, SECONDARY, Dns
from operations.recovery.pair import Pair
from operations.recovery.steps import Step, Waiting
from operations.stack_lock import holders
from operations.status.services import running_services
from operations.synthesized import Service, SynthesizedStack

# Of a region that may be lost: whoever asks must not wait for minutes.
_ONCE = {"mode": "standard", "total_max_attempts": 2}


class Situation:
    """A primary and its recovery stack, as commands find them."""

    def __init__(self, pair: Pair, waiting: Waiting) -> None:
        self.pair, self.waiting = pair, waiting
        self.primary, self.recovery = Deployed(pair.primary.name), Deployed(pair.recovery.name)
        # Global services are asked from the recovery's region too: the primary's may be lost.
        self.clients = Clients(pair.recovery.name, pair.recovery.region, retries=PATIENT)
        self.primary_clients = Clients(pair.primary.name, pair.primary.region, retries=PATIENT)
        self.dns = Dns(self.clients.route53, pair.primary)

    @cached_property
    def databases(self) -> list[Instances | GlobalDatabase]:
        """The databases of both."""
        return databases(self.pair, self.clients)

    def writers(self) -> set[str]:
        """The regions that hold a writer."""
        return {one.writer() for one in self.databases}

    def recovered(self) -> bool:
        """Whether every database has its writer in the recovery's region."""
        return self.writers() == {self.pair.recovery.region}

    def primary_region_answers(self) -> bool:
        """Whether the API of the primary's region answers."""
        from botocore.exceptions import BotoCoreError, ClientError

        clients = Clients(self.pair.primary.name, self.pair.primary.region, retries=_ONCE)
        try:
            clients.rds.describe_db_instances(MaxRecords=20)
        except (BotoCoreError, ClientError):
            return False
        return True

    def primary_serves(self) -> bool:
        """Whether an endpoint of the primary answers its health check."""
        checks = self.dns.checks(PRIMARY)
        return not checks or any(self.dns.answers(one) for one in checks)

    def check(self) -> None:
        """Raises ProblemsError for another account, or a stack that somebody is applying."""
        check_account(self.clients, self.pair.recovery)
        if problems := list(self._held(self.pair.recovery)):
            raise ProblemsError(problems)

    def _held(self, stack: SynthesizedStack) -> Iterator[Problem]:
        for holder in holders(stack.name):
            unlock = f"infra state unlock {stack.name}"
            why = refusal(
                got=f"held: {holder}",
                allowed="no apply at the same time",
                fix=f"wait until it has ended, or release it if it was killed: {unlock}",
            )
            yield Problem(where=f"lock of {stack.name}", what=why)

    def fence(self, *, fenced: bool) -> Step:
        """The step that takes the primary's health checks for unhealthy, or looks at them again."""
        shut = f"Keep DNS away from {self.pair.primary.name}, even if it comes back"
        return Step(
            title=shut if fenced else f"Let DNS look at {self.pair.primary.name} again",
            done=self.dns.is_fenced if fenced else self.dns.is_open,
            run=lambda _: self.dns.fence(fenced=fenced),
        )

    def services_wanted(self, stack: SynthesizedStack, clients: Any) -> bool:
        """Whether every service of a stack is to have tasks."""
        wanted = _wanted(stack)
        found = described_services(clients.ecs, wanted) if wanted else {}
        return all(one.service in found and found[one.service]["desiredCount"] for one in wanted)

    def services_run(self, stack: SynthesizedStack, clients: Any) -> Step:
        """The step that waits until every service of a stack has its tasks, healthy."""
        wanted = _wanted(stack)

        def well() -> bool:
            found = running_services(clients.ecs, clients.elbv2, wanted) if wanted else []
            return len(found) == len(wanted) and all(one.well and one.desired for one in found)

        return self._waits(f"Wait for the services of {stack.name}", well, _named(wanted))

    def settled(self, deployed: Deployed, **turned: bool) -> Step:
        """The step that plans a stack again, and applies what an apply that was stopped has left.

        Raises ProblemsError, in the step, for what an apply leaves to do.
        """
        name = deployed.stack

        def run(shown: Shown) -> None:
            shown.done = f"Nothing is left to do in {name}"
            if left := deployed.turn(shown, replace=(), given=None, **turned):
                shown.done = f"Applied what was left to do in {name}: {', '.join(left)}"
                still = [one.address for one in deployed.differs(None, **turned)]
                why = f"an apply does not end it: infra plan {name}"
                if still:
                    raise ProblemsError(Problem(where=one, what=why) for one in still)

        return Step(title=f"See that nothing is left to do in {name}", done=lambda: False, run=run)

    def points_to(self, role: str) -> Step:
        """The step that waits until DNS answers with the records of a role."""
        stack = self.pair.recovery if role == SECONDARY else self.pair.primary

        def there() -> bool:
            return set(self.dns.points_to().values()) <= {role}

        title = f"Wait until DNS points to {stack.name}"
        return self._waits(title, there, ", ".join(self.dns.names) or "no name that fails over")

    def _waits(self, title: str, done: Any, what: str) -> Step:
        def wait(shown: Shown) -> None:
            self.waiting.until(done, shown, what)

        return Step(title=title, done=done, run=wait)


def _wanted(stack: SynthesizedStack) -> list[Service]:
    return [one for one in synthesized.services(stack).values() if one.desired_count]


def _named(services: list[Service]) -> str:
    return ", ".join(one.service for one in services) or "no service"
