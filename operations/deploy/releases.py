"""What is deployed: an image, and every service whose containers follow the image's parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modules.errors import Problem, refusal
from operations.deployed import deployed_images
from operations.image_references import digest_of, is_digest, whole, without_version
from operations.synthesized import Service


@dataclass(frozen=True, kw_only=True)
class Release:
    """An image for one parameter, or what runs again; and the services that it concerns."""

    parameter: str
    image: str | None  # None: the services start again with what they run
    services: tuple[Service, ...]
    value: str  # what the parameter says is deployed

    @property
    def repository(self) -> str:
        """The repository of the image that is deployed."""
        return without_version(self.value)

    def containers(self, service: Service) -> list[str]:
        """The containers of a service whose image follows the parameter."""
        return [one.name for one in service.containers if one.image_parameter == self.parameter]


def parameters(ssm: Any, known: Mapping[str, Service]) -> dict[str, str]:
    """The value of each parameter that a service's own image follows; an absent one was never applied."""
    named = (one.container.image_parameter for one in known.values())
    return deployed_images(ssm, [one for one in named if one])


class Wanted:
    """What the arguments of the command mean, and what is wrong with them."""

    def __init__(
        self, stack: str, words: Sequence[str], known: Mapping[str, Service], values: Mapping[str, str]
    ) -> None:
        self._stack, self._known, self._values = stack, known, values
        self._images: dict[str, str | None] = {}
        self.problems: list[Problem] = []
        for word in words or known:
            self.problems += self._read(word, named=bool(words))

    @property
    def releases(self) -> list[Release]:
        """Each parameter's image with all the services that follow it."""
        return [
            Release(
                parameter=parameter,
                image=image,
                services=tuple(one for one in self._known.values() if _follows(one, parameter)),
                value=self._values[parameter],
            )
            for parameter, image in self._images.items()
        ]

    def _read(self, word: str, *, named: bool) -> Iterator[Problem]:
        name, equals, image = word.partition("=")
        where = f"{self._stack} {name}".rstrip()
        if name not in self._known:
            yield _problem(
                where, repr(name), f"a service of it: {', '.join(self._known)}", "name one of these"
            )
            return
        parameter = self._known[name].container.image_parameter
        if parameter is None:
            if named:
                fixed = f"an image that the code names, {self._known[name].container.image}"
                yield _problem(
                    where, fixed, "a service whose image is deployed", "change it there, and apply"
                )
            return
        if parameter not in self._values:
            fix = f"apply it first: infra plan {self._stack}"
            yield _problem(where, f"no parameter {parameter}", "a stack that was applied", fix)
            return
        given = whole(image, beside=self._values[parameter]) if equals else None
        if given is not None and not is_digest(digest_of(given) or ""):
            # A tag may be moved before the last task has started, and the parameter names what runs.
            fix = f"its digest is in: infra images {self._stack} --json"
            own = without_version(self._values[parameter])
            yield _problem(where, repr(image), f"an image by its digest, {own}@sha256:…", fix)
            return
        other = self._images.setdefault(parameter, given)
        if other != given:
            both = f"{other or 'what it runs'} and {given or 'what it runs'} for {parameter}"
            yield _problem(where, both, "one image, which its services share", "name it once")


def _follows(service: Service, parameter: str) -> bool:
    return any(one.image_parameter == parameter for one in service.containers)


def _problem(where: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(where=where, what=refusal(got=got, allowed=allowed, fix=fix))
