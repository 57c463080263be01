"""Where a stack's containers get their images: repositories and tags, from its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modules.compute.repository.upstream_image import UpstreamImage
from modules.terraform_json import blocks
from operations.image_references import ecr_image
from operations.synthesized import Container, Service, SynthesizedStack, services


@dataclass(frozen=True, kw_only=True)
class Place:
    """A container, and the repository that its image is pulled from."""

    service: Service
    container: Container
    repository: str
    tag: str | None  # what it runs until somebody deploys a digest
    upstream: UpstreamImage | None = None  # the published image that is copied there

    @property
    def name(self) -> str:
        """The service, and the container where it isn't the service's own."""
        own = self.container.name == self.service.service
        return self.service.service if own else f"{self.service.service}/{self.container.name}"

    @property
    def architecture(self) -> str:
        """What its task runs on, in the terms of images: `amd64` or `arm64`."""
        (platform,) = blocks(self.service.task_definition["runtime_platform"])
        return {"X86_64": "amd64", "ARM64": "arm64"}[platform["cpu_architecture"]]


def places(stack: SynthesizedStack, upstream: Mapping[str, UpstreamImage]) -> list[Place]:
    """The containers of a stack whose images are in its account; `upstream` is by name of container."""
    return [
        Place(
            service=service,
            container=container,
            repository=found.repository,
            tag=found.tag,
            upstream=upstream.get(container.name),
        )
        for service in services(stack).values()
        for container in service.containers
        if (found := ecr_image(stack.value(container.image)))
    ]


def repository_targets(stack: SynthesizedStack) -> list[str]:
    """`-target=…` for Terraform, of each repository that the stack creates."""
    return [f"-target=aws_ecr_repository.{name}" for name in stack.resources("aws_ecr_repository")]
