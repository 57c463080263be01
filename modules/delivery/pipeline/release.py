"""The services that a pipeline deploys, and the images that they run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...compute.repository.image import Image
from ...compute.service.service import Service
from ...errors import Problem, refusal
from .settings import ImageBuild, Migration


@dataclass(frozen=True, kw_only=True)
class PipelineService:
    """A service, and how its image is built; services of one image give the same `build`."""

    service: Service
    build: ImageBuild = field(default_factory=ImageBuild)

    @property
    def name(self) -> str:
        """The service's name in its settings."""
        return self.service.settings.name

    @property
    def containers(self) -> tuple[str, ...]:
        """The containers whose image follows: the main one, and each sidecar of the same image.

        A sidecar with an image of its own, such as PgBouncer, keeps it: the ECS action copies what the image
        definitions file does not name.
        """
        containers = self.service.settings.containers.items()
        return tuple(name for name, one in containers if one.image in (None, self.service.image.reference))

    @property
    def definitions_file(self) -> str:
        """The name of its image definitions file."""
        return f"imagedefinitions-{self.name}.json"


class Release:
    """What one release builds and deploys, as the pipeline's scripts read it.

    An image is named after the first service that runs it.
    """

    def __init__(self, services: Sequence[PipelineService]) -> None:
        self.services = tuple(services)
        self._images: dict[str, tuple[str, Image, ImageBuild]] = {}
        for one in services:
            image = one.service.image
            self._images.setdefault(image.node.path, (one.name, image, one.build))

    def service(self, name: str) -> PipelineService:
        """The service of a name."""
        return next(one for one in self.services if one.name == name)

    @property
    def images(self) -> tuple[Image, ...]:
        """Each image once."""
        return tuple(image for _, image, _ in self._images.values())

    @property
    def architecture(self) -> str:
        """The one architecture of all services."""
        return self.services[0].service.settings.architecture

    @property
    def built(self) -> str:
        """IMAGES of scripts/build.sh and scripts/definitions.sh."""
        return _json(
            {
                name: {
                    "repository": image.repository_name,
                    "url": image.repository_url,
                    "dockerfile": build.dockerfile,
                    "directory": build.directory,
                    "target": build.target,
                    "arguments": dict(build.arguments),
                }
                for name, image, build in self._images.values()
            }
        )

    @property
    def deployed(self) -> str:
        """SERVICES of scripts/definitions.sh."""
        names = {path: name for path, (name, _, _) in self._images.items()}
        return _json(
            {
                one.name: dict.fromkeys(one.containers, names[one.service.image.node.path])
                for one in self.services
            }
        )

    @property
    def recorded(self) -> str:
        """IMAGES of scripts/record.sh."""
        return _json(
            {
                name: {"repository": image.repository_name, "parameter": image.parameter_name}
                for name, image, _ in self._images.values()
            }
        )

    def problems(self, migration: Migration | None) -> Iterator[Problem]:
        """No service or one twice, two builds of one image, two platforms, a migration of no service."""
        names = [one.name for one in self.services]
        if not names or len(set(names)) < len(names):
            why = refusal(
                got=", ".join(names) or "none", allowed="one or more, each once", fix="correct the list"
            )
            yield Problem(where="services", what=why)
            return
        if len({one.service.settings.architecture for one in self.services}) > 1:
            why = refusal(
                got="X86_64 and ARM64",
                allowed="one architecture: an image is built for one platform, on a machine of it",
                fix="make them alike, or deploy them by two pipelines",
            )
            yield Problem(where="services.architecture", what=why)
        for one in self.services:
            first, _, build = self._images[one.service.image.node.path]
            if one.build != build:
                why = refusal(
                    got=f"other than that of {first}, which runs the same image",
                    allowed="one build an image",
                    fix="give both the same",
                )
                yield Problem(where=f"services.{one.name}.build", what=why)
        if migration and migration.service not in names:
            why = refusal(got=repr(migration.service), allowed=", ".join(names), fix="name one of them")
            yield Problem(where="settings.migration.service", what=why)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
