"""Revisions of task definitions for a deployment: registered, used again, deregistered.

docs/decisions/image-ownership.md says why: the latest active revision has the image that the parameter names.
"""

from __future__ import annotations

from typing import Any

from operations.deploy.releases import Release
from operations.deploy.rollouts import Rollout
from operations.revisions import active_revisions, described, number_of, registrable
from operations.synthesized import Service


def prepared(ecs: Any, release: Release, service: Service) -> str:
    """The revision that has the image: the latest, if a run that was stopped left it, else a copy of it.

    Every field that RegisterTaskDefinition takes is copied, and the tags.
    """
    latest = described(ecs, service.family)
    copy, names = registrable(ecs, latest), release.containers(service)
    following = [one for one in copy["containerDefinitions"] if one["name"] in names]
    if all(one["image"] == release.image for one in following):
        return str(latest["taskDefinition"]["taskDefinitionArn"])
    for one in following:
        one["image"] = release.image
    made = ecs.register_task_definition(**copy)
    return str(made["taskDefinition"]["taskDefinitionArn"])


def withdraw(ecs: Any, release: Release, service: Service, one: Rollout) -> list[int]:
    """Deregister what a failed deployment would leave to Terraform, and give the numbers.

    That is every later revision than the one that the service runs whose image is not that of the parameter.
    """
    found = ecs.describe_services(cluster=one.cluster, services=[one.name])["services"]
    runs = number_of(found[0]["taskDefinition"])
    gone = []
    for arn in active_revisions(ecs, service.family):
        if number_of(arn) > runs and _other_image(ecs, arn, release, service):
            ecs.deregister_task_definition(taskDefinition=arn)
            gone.append(number_of(arn))
    return gone


def _other_image(ecs: Any, arn: str, release: Release, service: Service) -> bool:
    containers = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"]
    names = release.containers(service)
    return any(one["image"] != release.value for one in containers if one["name"] in names)
