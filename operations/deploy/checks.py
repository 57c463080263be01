"""What speaks against a deployment, found before anything is changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from backend.aws_errors import CredentialsError
from modules.errors import Problem, refusal
from operations.aws import Clients
from operations.deploy.images import image_problems
from operations.deploy.releases import Release
from operations.deploy.rollouts import ongoing
from operations.doctor.account import quotas
from operations.stack_lock import holders
from operations.synthesized import Service, SynthesizedStack
from operations.terraform import unpushed
from stacks.catalogue import catalogue
from stacks.output import stack_directory

_UNITS = 1024  # CPU units of one vCPU


def check_account(clients: Clients, stack: SynthesizedStack) -> None:
    """Raises CredentialsError for those of another account than the stack's."""
    account, allowed = clients.sts.get_caller_identity()["Account"], stack.account_ids
    if allowed and account not in allowed:
        fix = "sign in to that account: set AWS_PROFILE"
        why = refusal(got=f"credentials of {account}", allowed=", ".join(allowed), fix=fix)
        raise CredentialsError.one(stack.name, why)


def problems(
    clients: Clients,
    stack: str,
    releases: Sequence[Release],
    running: dict[str, dict[str, Any]],
    *,
    despite_alarms: bool,
) -> Iterator[Problem]:
    """Everything at once: lock and state, deployments in progress, images, alarms, quotas."""
    yield from _lock(stack)
    published = catalogue()[stack].upstream_images
    for release in releases:
        if release.image is not None:
            yield from image_problems(clients.ecr, release, published)
        yield from _in_progress(clients.ecs, release)
    services = {one.service: one for release in releases for one in release.services}
    if not despite_alarms:
        yield from _alarms(clients.cloudwatch, [*services.values()])
    yield from _vcpus(clients, [*services.values()], running)


def _lock(stack: str) -> Iterator[Problem]:
    yield from unpushed(stack_directory(stack))
    for holder in holders(stack):
        why = refusal(
            got=f"held: {holder}",
            allowed="no apply at the same time, which registers revisions too",
            fix=f"wait until it has ended, or release it if it was killed: infra state unlock {stack}",
        )
        yield Problem(where=f"lock of {stack}", what=why)


def _in_progress(ecs: Any, release: Release) -> Iterator[Problem]:
    for service in release.services:
        found = ongoing(ecs, service.cluster, service.name)
        if found and not _same(ecs, found[1], release, service):
            since = f"{found[0]['createdAt']:%Y-%m-%d %H:%M}"
            why = refusal(
                got=f"a deployment of {found[1].rpartition('/')[2]}, {found[0]['status']} since {since}",
                allowed="one deployment at a time",
                fix="wait until it has ended, or run the command that began it again, and press Ctrl-C",
            )
            yield Problem(where=service.service, what=why)


def _same(ecs: Any, revision: str, release: Release, service: Service) -> bool:
    """Whether a deployment in progress is this one, begun by a run that was stopped."""
    if not revision or release.image is None:
        return False
    containers = ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"][
        "containerDefinitions"
    ]
    names = release.containers(service)
    return all(one["image"] == release.image for one in containers if one["name"] in names)


def _alarms(cloudwatch: Any, services: Sequence[Service]) -> Iterator[Problem]:
    """ECS ignores an alarm that rings at the start (aws/copilot-cli#4512): nothing would roll back then."""
    for service in services:
        if not service.alarms:
            continue
        found = cloudwatch.describe_alarms(AlarmNames=list(service.alarms), StateValue="ALARM")[
            "MetricAlarms"
        ]
        for alarm in found:
            why = refusal(
                got=f"{alarm['AlarmName']}, which rings",
                allowed="alarms that are silent, since ECS ignores one that rings at the start",
                fix="wait until it is silent, or deploy what mends it with --despite-alarms",
            )
            yield Problem(where=service.service, what=why)


def _vcpus(
    clients: Clients, services: Sequence[Service], running: dict[str, dict[str, Any]]
) -> Iterator[Problem]:
    """One more task of each service must find a place; what the role may not read is not checked."""
    needed = _needed(services, running)
    if not any(needed.values()):
        return
    try:
        used = quotas.vcpus_in_use(clients.ecs)
        allowed = {
            name: quotas.allowed(clients.service_quotas, quota) for name, quota in quotas.VCPUS.items()
        }
    except clients.ecs.exceptions.ClientError:
        return
    for name, vcpus in needed.items():
        together = used.get(name, 0) + vcpus
        if vcpus and together > allowed[name]:
            why = refusal(
                got=f"{used.get(name, 0):g} in use, and {vcpus:g} for one more task of each",
                allowed=f"{allowed[name]:g}",
                fix=quotas.more(clients.ecs.meta.region_name, quotas.VCPUS[name], math.ceil(together)),
            )
            yield Problem(where=quotas.VCPUS[name].what, what=why)


def _needed(services: Sequence[Service], running: dict[str, dict[str, Any]]) -> dict[str, float]:
    """The vCPUs of one task of each service, by capacity provider."""
    needed = dict.fromkeys(quotas.VCPUS, 0.0)
    for service in services:
        if not running[service.service]["desiredCount"]:
            continue
        strategy = running[service.service].get("capacityProviderStrategy") or ()
        providers = [one["capacityProvider"] for one in strategy] or ["FARGATE"]
        for one in providers:
            # Where a service may use both, its task goes to either.
            if one in needed:
                needed[one] += int(service.task_definition.get("cpu") or 0) / _UNITS / len(providers)
    return needed
