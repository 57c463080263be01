"""Where a stack's containers get their images: repositories and tags, from its JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from modules.compute.repository.upstream_image import UpstreamImage
from modules.terraform_json import blocks
from operations.synthesized import Container, Service, SynthesizedStack, services

# Amazon ECR user guide, "Amazon ECR private registry": the address of a registry.
_REFERENCE = re.compile(
    r"(?P<registry>.+\.dkr\.ecr\.[\w-]+\.amazonaws\.com(\.cn)?)/(?P<repository>[^:@]+)"
    r"(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


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
            repository=found["repository"],
            tag=found["tag"],
            upstream=upstream.get(container.name),
        )
        for service in services(stack).values()
        for container in service.containers
        if (found := _REFERENCE.fullmatch(stack.value(container.image)))
    ]


def repository_of(reference: str) -> str | None:
    """The repository that a reference names, if it is one of ECR."""
    found = _REFERENCE.fullmatch(reference)
    return found["repository"] if found else None


def digest_of(reference: str) -> str | None:
    """The digest that a reference names."""
    _, _, digest = reference.partition("@")
    return digest or None


def tag_of(reference: str) -> str | None:
    """The tag that a reference names."""
    found = _REFERENCE.fullmatch(reference)
    return found["tag"] if found else None


def repository_targets(stack: SynthesizedStack) -> list[str]:
    """`-target=…` for Terraform, of each repository that the stack creates."""
    return [f"-target=aws_ecr_repository.{name}" for name in stack.resources("aws_ecr_repository")]
