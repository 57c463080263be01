"""ECS tasks on Fargate, Container Insights, images, functions, builds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from modules.errors import ProblemsError, refusal
from modules.terraform_json import blocks
from operations.cost.lines import Amount, Item
from operations.cost.prices import HOURS
from operations.cost.view import Resource, View

_SPOT = "FARGATE_SPOT"
_UNITS, _MIB = 1024, 1024  # of a vCPU, of a GiB
# CloudWatch user guide, "Amazon ECS Container Insights metrics": the use and the reservation of CPU, memory
# and ephemeral storage, and the bytes of storage and network, by cluster, by service and by family of task
# definitions; counts of tasks and deployments by service; of services, tasks and instances by cluster.
_OF_RESOURCES, _OF_SERVICES, _OF_CLUSTERS = 10, 5, 3


def services(view: View) -> Iterator[Item]:
    """Tasks: vCPU and memory by architecture, on demand and on Spot, and the addresses that they have."""
    for service in view.resources("aws_ecs_service").values():
        task = view.referred(service.body.get("task_definition"), "aws_ecs_task_definition")
        body = task.body if task else {}
        platform = (blocks(body.get("runtime_platform")) or [{}])[0].get("cpu_architecture", "X86_64")
        count = _count(view, service)
        sizes = {
            "vcpu": float(body.get("cpu", 0)) / _UNITS,
            "gib": float(body.get("memory", 0)) / _MIB,
        }
        for option, share in _shares(view, service).items():
            for part, size in sizes.items():
                key = f"fargate{option}-{part}-{platform.lower()}"
                yield view.item("Fargate", service, key, count.times(size * share * HOURS))
        network = (blocks(service.body.get("network_configuration")) or [{}])[0]
        if network.get("assign_public_ip"):
            yield view.item("VPC", service, "address", count.times(HOURS))


def _count(view: View, service: Resource) -> Amount:
    desired = service.number("desired_count", 1)
    target = next(
        (
            one
            for one in view.resources("aws_appautoscaling_target").values()
            if f"aws_ecs_service.{service.name}." in str(one.body.get("resource_id"))
        ),
        None,
    )
    least, most = (
        (target.number("min_capacity"), target.number("max_capacity")) if target else (desired, desired)
    )
    assumed = None if view.paused else view.usage.traffic.tasks.get(_short(view, service))
    if assumed is not None and not least <= assumed <= most:
        why = refusal(
            got=f"{assumed:g} tasks of {_short(view, service)} on average",
            allowed=f"{least:g} to {most:g}, as it scales",
            fix="correct tasks in usage.toml",
        )
        raise ProblemsError.one(view.stack, why)
    return Amount(least=min(least, desired), expected=desired if assumed is None else assumed, most=most)


def _short(view: View, service: Resource) -> str:
    name = str(service.body.get("name", service.name))
    return name.removeprefix(f"{view.stack}-").removesuffix("-service")


def _shares(view: View, service: Resource) -> Mapping[str, float]:
    """The shares of the tasks by purchase option, by weight (Amazon ECS developer guide)."""
    strategy = blocks(service.body.get("capacity_provider_strategy")) or [
        one
        for cluster in view.resources("aws_ecs_cluster_capacity_providers").values()
        for one in blocks(cluster.body.get("default_capacity_provider_strategy"))
        if not service.body.get("launch_type")
    ]
    weights = {"": 0.0, "-spot": 0.0}
    for one in strategy:
        weights["-spot" if one.get("capacity_provider") == _SPOT else ""] += float(one.get("weight", 0))
    together = sum(weights.values())
    if not together:
        return {"": 1.0}
    return {option: weight / together for option, weight in weights.items() if weight}


def clusters(view: View) -> Iterator[Item]:
    """The metrics of Container Insights, which are custom metrics. What it logs is among the assumed logs."""
    for cluster in view.resources("aws_ecs_cluster").values():
        settings = blocks(cluster.body.get("setting"))
        chosen = [one.get("value") for one in settings if one.get("name") == "containerInsights"]
        if not set(chosen) & {"enabled", "enhanced"}:
            continue
        running = [one for one in view.resources("aws_ecs_service").values() if _count(view, one).most]
        number = _OF_CLUSTERS + (_OF_RESOURCES if running else 0)
        number += len(running) * (2 * _OF_RESOURCES + _OF_SERVICES)
        # Enhanced observability has metrics of each task and container, and a price of its own.
        key = "metric" if "enhanced" not in chosen else "enhanced-container-insights-metric"
        yield view.item("CloudWatch", cluster, key, number)


def repositories(view: View) -> Iterator[Item]:
    """The images that the usage file assumes, together."""
    for repository in view.one("aws_ecr_repository"):
        yield view.item("ECR", repository, "image-gb", view.usage.stored.image_gb, usage=True)


def functions(view: View) -> Iterator[Item]:
    """The functions, which CloudFormation creates, with the requests that the usage file assumes together."""
    traffic = view.usage.traffic
    if view.paused:
        return
    for stack in view.resources("aws_cloudformation_stack").values():
        properties = _functions(stack)
        if properties:
            arm = "-arm" if properties[0].get("Architectures") == ["arm64"] else ""
            requests = traffic.function_thousand_invocations * 1000
            yield view.item("Lambda", stack, f"function-request{arm}", requests, usage=True)
            seconds = traffic.function_gb_seconds
            yield view.item("Lambda", stack, f"function-gb-second{arm}", seconds, usage=True)
            return


def _functions(stack: Resource) -> list[Mapping[str, Any]]:
    template = json.loads(stack.body.get("template_body", "{}"))
    return [
        one.get("Properties", {})
        for one in template.get("Resources", {}).values()
        if one.get("Type") == "AWS::Lambda::Function"
    ]


def pipelines(view: View) -> Iterator[Item]:
    """The minutes of a pipeline's actions (version 2)."""
    for pipeline in view.resources("aws_codepipeline").values():
        if pipeline.body.get("pipeline_type") != "V2":
            yield view.everywhere("CodePipeline", pipeline, "pipeline-v1", 1)
        elif not view.paused:
            minutes = view.usage.traffic.pipeline_minutes
            yield view.everywhere("CodePipeline", pipeline, "pipeline-minute", minutes, usage=True)


def builds(view: View) -> Iterator[Item]:
    """The minutes of builds, by the size of the computer."""
    traffic = view.usage.traffic
    minutes = {"SMALL": traffic.build_small_minutes, "MEDIUM": traffic.build_medium_minutes}
    seen: set[str] = set()
    for project in view.resources("aws_codebuild_project").values():
        environment = (blocks(project.body.get("environment")) or [{}])[0]
        size = str(environment.get("compute_type", "")).rpartition("_")[2]
        if not view.paused and size not in seen:
            seen.add(size)
            key = f"build-{size.lower()}-minute"
            yield view.item("CodeBuild", project, key, minutes.get(size, 0), usage=True)
