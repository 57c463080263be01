"""Images in ECR: whether they are there, for which platform, and whether they keep their contract."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from typing import Any
from urllib.request import urlopen

from modules.errors import Problem, ProblemsError, refusal
from operations.deploy.releases import Release
from operations.image_references import ecr_image, without_version
from operations.images.contract import contract_problems
from operations.images.manifests import INDEXES, MANIFESTS, image_of_platform
from operations.synthesized import Service

_PLATFORM = (".image.os", ".image.architecture")
_ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
_SECONDS = 30
Json = Mapping[str, Any]


def image_problems(ecr: Any, release: Release, published: Container[str]) -> Iterator[Problem]:
    """What speaks against the image of a release; each service is asked what it wants of it.

    `published` names the containers whose images others publish: these are as they are, and the settings of
    their services were written for them. Only the platform counts.
    """
    image = release.image or ""
    where, own = release.services[0].service, ecr_image(release.repository)
    if without_version(image) != release.repository or own is None:
        # The services may pull from their repository alone: modules/compute/service.
        fix = f"push it there: infra images push, or mirror; got {image}"
        why = refusal(got=without_version(image), allowed=release.repository, fix=fix)
        yield Problem(where=where, what=why)
        return
    registry = _Registry(ecr, own.account, own.repository)
    digest = image.partition("@")[2]
    manifest = registry.manifest(digest)
    if manifest is None:
        why = refusal(
            got=f"no image {digest}", allowed=f"one that is in {own.repository}", fix="push it first"
        )
        yield Problem(where=where, what=why)
        return
    for service in release.services:
        try:
            configuration = registry.configuration(manifest, _architecture(service), image)
        except ProblemsError as error:
            yield from error.problems
        else:
            for problem in contract_problems(configuration, service):
                if service.container.name not in published or problem.where.endswith(_PLATFORM):
                    yield problem


def _architecture(service: Service) -> str:
    platform = service.task_definition.get("runtime_platform") or {}
    platform = platform[0] if isinstance(platform, list) else platform
    return _ARCHITECTURES[platform.get("cpu_architecture", "X86_64")]


class _Registry:
    """One repository of ECR."""

    def __init__(self, ecr: Any, account: str, name: str) -> None:
        self._ecr, self._names = ecr, {"registryId": account, "repositoryName": name}

    def manifest(self, digest: str) -> Json | None:
        """A manifest or an index by its digest, if it is there."""
        try:
            found = self._ecr.batch_get_image(
                **self._names, imageIds=[{"imageDigest": digest}], acceptedMediaTypes=[*MANIFESTS, *INDEXES]
            )["images"]
        except self._ecr.exceptions.RepositoryNotFoundException:
            return None
        content: Json | None = json.loads(found[0]["imageManifest"]) if found else None
        return content

    def configuration(self, manifest: Json, architecture: str, where: str) -> Json:
        """The OCI configuration of the image for a platform. Raises ProblemsError where there is none."""
        try:
            return self._configuration(manifest, architecture, where)
        except (OSError, KeyError, ValueError) as error:  # the network, or what is in ECR is no image
            got = f"{where}, whose configuration can't be read ({error})"
            fix = "push it again, or look at the way to S3, where ECR has its layers"
            why = refusal(got=got, allowed="an image of a container", fix=fix)
            raise ProblemsError.one(self._names["repositoryName"], why) from None

    def _configuration(self, manifest: Json, architecture: str, where: str) -> Json:
        if manifest.get("manifests") is not None:
            chosen = image_of_platform(manifest, architecture, read=self._read, where=where)
            manifest = self._read(chosen["digest"])
        answer = self._ecr.get_download_url_for_layer(**self._names, layerDigest=manifest["config"]["digest"])
        with urlopen(answer["downloadUrl"], timeout=_SECONDS) as content:  # noqa: S310 - the address is ECR's
            found: Json = json.loads(content.read())
        return found

    def _read(self, digest: str) -> Json:
        return self.manifest(digest) or {}
