"""Services on their way back: started, watched, and what follows from how they end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from modules.errors import Problem, ProblemsError
from operations import recovery_images
from operations.aws import Clients
from operations.console import say
from operations.deploy import rollouts
from operations.deploy.rollouts import Rollout
from operations.deploy.watch import Wait, watch
from operations.rollback.returns import Return
from operations.rollback.services import Revision


class Returning:
    """Services of one stack that go back."""

    def __init__(self, console: Console, clients: Clients, stack: str, chosen: Sequence[Return]) -> None:
        self._console, self._clients, self._stack = console, clients, stack
        self._chosen = {one.service: one for one in chosen}
        self._there: set[str] = set()  # the services that run their target

    def run(self, wait: Wait) -> None:
        """Raises ProblemsError for services that did not get there; the others did."""
        begun = [self._begun(one) for one in self._chosen.values()]
        watch(self._console, self._clients.ecs, begun, wait, self._changed)
        problems = [self._problem(one) for one in begun if one.service not in self._there]
        if problems:
            raise ProblemsError(problems)

    def _begun(self, one: Return) -> Rollout:
        running = one.of.running
        rollout = Rollout(
            service=one.service,
            name=one.of.name,
            cluster=one.of.cluster,
            revision=one.target.arn,
            before=running.arn,
        )
        ecs = self._clients.ecs
        under_way = rollouts.ongoing(ecs, one.of.cluster, one.of.name)
        if running.arn != one.target.arn:
            rollouts.start(ecs, rollout)
        elif under_way:  # ECS is rolling back to it already
            rollout.arn = under_way[0]["serviceDeploymentArn"]
        else:
            rollout.status = "SUCCESSFUL"
            self._changed(rollout)
        return rollout

    def _changed(self, rollout: Rollout) -> None:
        one = self._chosen[rollout.service]
        back_by_ecs = rollout.status == "ROLLBACK_SUCCESSFUL" and rollout.before == rollout.revision
        if one.service not in self._there and (rollout.status == "SUCCESSFUL" or back_by_ecs):
            self._there.add(one.service)
            say(self._console, f"{one.service} runs revision {one.target.number}")
            group = self._sharing(one)
            if self._there.issuperset(each.service for each in group):
                self._settle(group)

    def _sharing(self, one: Return) -> list[Return]:
        """The services that go back together with one, and itself."""
        parameter = one.of.parameter
        others = [each for each in self._chosen.values() if parameter and each.of.parameter == parameter]
        return others or [one]

    def _settle(self, group: Sequence[Return]) -> None:
        """The parameter first: stopped here, the next run finds the later revisions and continues."""
        parameter, image = group[0].of.parameter, group[0].target.image
        ssm = self._clients.ssm
        if parameter and ssm.get_parameters(Names=[parameter])["Parameters"]:
            ssm.put_parameter(Name=parameter, Value=image, Type="String", Overwrite=True)
            if there := recovery_images.follow(self._clients.stack, parameter, image):
                say(self._console, there)
        for one in group:
            for revision in one.superseded:
                self._clients.ecs.deregister_task_definition(taskDefinition=revision.arn)
            deregistered = numbers(one.superseded) or "nothing"
            told = f"; {parameter} is {image}" if parameter else ""
            say(self._console, f"{one.service}: deregistered {deregistered}{told}")

    def _problem(self, rollout: Rollout) -> Problem:
        why = rollout.reason or rollout.event or "it takes longer than --wait allows"
        others = [one.service for one in self._sharing(self._chosen[rollout.service])]
        of = f" of {', '.join(others)}, which share an image" if len(others) > 1 else ""
        what = f"{why}; nothing was deregistered{of}. Run the same command again to continue"
        return Problem(where=f"{self._stack} {rollout.service}", what=f"{rollout.status}: {what}")


def numbers(revisions: Sequence[Revision]) -> str:
    """The numbers of revisions, for people."""
    return ", ".join(str(revision.number) for revision in revisions)
