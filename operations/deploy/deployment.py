"""One run of `infra deploy`: revisions, service deployments, and what becomes of the image's parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from operations import recovery_images
from operations.aws import Clients
from operations.console import say
from operations.deploy import failures, rollouts
from operations.deploy.definitions import prepared, withdraw
from operations.deploy.releases import Release
from operations.deploy.rollouts import Rollout
from operations.deploy.watch import Wait, watch
from operations.synthesized import Service


@dataclass(kw_only=True)
class Going:
    """A release that is under way: a rollout for each of its services that does not run it already."""

    release: Release
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    settled: bool = False

    @property
    def good(self) -> bool:
        """Whether all of its services run it."""
        return all(one.status == "SUCCESSFUL" for one in self.rollouts.values())

    @property
    def failed(self) -> bool:
        """Whether one of its services has failed."""
        return any(one.failed for one in self.rollouts.values())

    @property
    def ended(self) -> bool:
        """Whether none of its services is under way."""
        return all(one.ended for one in self.rollouts.values())


class Deployment:
    """Deploys releases side by side. Every step may be the last one: a later run goes on from there."""

    def __init__(
        self, console: Console, clients: Clients, releases: Sequence[Release], running: Mapping[str, Any]
    ) -> None:
        self._console, self._clients, self._running = console, clients, running
        self.going = [Going(release=one) for one in releases]
        self._services: dict[str, Service] = {
            service.service: service for one in releases for service in one.services
        }

    @property
    def rollouts(self) -> list[Rollout]:
        """Of all services."""
        return [one for each in self.going for one in each.rollouts.values()]

    def start(self) -> None:
        """Register what is missing, and begin what has not begun."""
        for each in self.going:
            for service in each.release.services:
                if service.service in each.rollouts:
                    continue
                if one := self._rollout(each.release, service):
                    each.rollouts[service.service] = one
        for one in self.rollouts:
            if not one.arn and not one.begun:
                self._begin(one)
        for each in self.going:
            self._settle(each)

    def watch(self, wait: Wait) -> None:
        """Until all have ended, or time is over."""
        watch(self._console, self._clients.ecs, self.rollouts, wait, self._changed)

    def roll_back(self) -> None:
        """Ask ECS to roll back whatever is still under way."""
        for one in self.rollouts:
            if not one.ended:
                rollouts.stop(self._clients.ecs, one)
        for each in self.going:
            self._settle(each)

    def take_back(self, wait: Wait) -> None:
        """Where one service of a release failed, those that had succeeded go back, too."""
        back: list[Rollout] = []
        for each in self.going:
            if each.failed and each.ended and each.release.image is not None:
                back += [self._reversed(one) for one in each.rollouts.values() if one.status == "SUCCESSFUL"]
        watch(self._console, self._clients.ecs, back, wait, lambda _: None)
        for each in self.going:
            self._settle(each)

    def _rollout(self, release: Release, service: Service) -> Rollout | None:
        """The rollout of a service; none if it runs the image already."""
        ecs, now = self._clients.ecs, self._running[service.service]
        before: str = now["taskDefinition"]

        def made(revision: str, arn: str = "") -> Rollout:
            return Rollout(
                service=service.service,
                name=service.name,
                cluster=service.cluster,
                before=before,
                revision=revision,
                arn=arn,
            )

        if release.image is None:
            return made(before)
        if under_way := rollouts.ongoing(ecs, service.cluster, service.name):
            say(self._console, f"{service.service}: its deployment is under way, going on with it")
            return made(under_way[1], under_way[0]["serviceDeploymentArn"])
        revision = prepared(ecs, release, service)
        if revision == before and _runs(now):
            say(self._console, f"{service.service}: runs {release.image} already")
            return None
        return made(revision)

    def _begin(self, one: Rollout) -> None:
        """A service that ECS refuses to deploy has failed; the others go on."""
        try:
            rollouts.start(self._clients.ecs, one)
        except self._clients.ecs.exceptions.ClientError as error:
            one.status, one.reason = "STOPPED", str(error)
            self._changed(one)

    def _reversed(self, one: Rollout) -> Rollout:
        say(self._console, f"{one.service}: goes back, since it shares its image with what failed")
        one.status, one.reason = "ROLLBACK_SUCCESSFUL", "another service of the same image failed"
        back = Rollout(
            service=one.service, name=one.name, cluster=one.cluster, revision=one.before, before=one.revision
        )
        rollouts.start(self._clients.ecs, back)
        return back

    def _changed(self, one: Rollout) -> None:
        """Tell what happened to a service, and do at once what follows from it."""
        each = self._of(one)
        if one.failed_tasks or one.failed:
            for line in self._why(one):
                say(self._console, line)
        if one.failed and not one.told_failed:
            one.told_failed = True
            say(self._console, f"{one.service}: FAILED ({one.status}): {one.reason}")
            for other in each.rollouts.values() if each.release.image is not None else ():
                if not other.failed and not other.ended and other.arn:
                    shared = f"since it shares its image with {one.service}"
                    say(self._console, f"{other.service}: rolled back, {shared}")
                    rollouts.stop(self._clients.ecs, other)
        self._settle(each)

    def _why(self, one: Rollout) -> Iterator[str]:
        """What is known of the tasks that failed; that it cannot be read stops no deployment."""
        try:
            yield from failures.failures(
                self._clients.ecs, self._clients.logs, one, self._services[one.service]
            )
        except self._clients.ecs.exceptions.ClientError as error:
            yield f"{one.service}: {error}"

    def _settle(self, each: Going) -> None:
        """The parameter names what runs; after a failure no later revision stays."""
        if each.settled or not each.ended:
            return
        release = each.release
        if each.good:
            each.settled = True
            if release.image is not None and release.value != release.image:
                self._clients.ssm.put_parameter(Name=release.parameter, Value=release.image, Overwrite=True)
                say(self._console, f"{release.parameter} is {release.image}")
                if told := recovery_images.follow(self._clients.stack, release.parameter, release.image):
                    say(self._console, told)
        elif release.image is not None and not any(
            one.status == "SUCCESSFUL" for one in each.rollouts.values()
        ):
            each.settled = True
            self._withdraw(each)

    def _withdraw(self, each: Going) -> None:
        for name, one in each.rollouts.items():
            if gone := withdraw(self._clients.ecs, each.release, self._services[name], one):
                numbers = ", ".join(map(str, gone))
                say(
                    self._console,
                    f"{name}: deregistered revision {numbers}; {each.release.parameter} stays as it was",
                )

    def _of(self, one: Rollout) -> Going:
        return next(each for each in self.going if each.rollouts.get(one.service) is one)


def _runs(service: Mapping[str, Any]) -> bool:
    """Whether the last deployment of a service went well: a failed first one left its revision in place."""
    states = [one.get("rolloutState") for one in service["deployments"] if one["status"] == "PRIMARY"]
    return states != ["FAILED"]
