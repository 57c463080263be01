"""What is deployed: an image, and every service whose containers follow the image's parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modules.errors import Problem, refusal
from operations.synthesized import Service

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_BATCH = 10  # GetParameters (AWS Systems Manager API Reference): "up to 10"


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
        return repository(self.value)

    def containers(self, service: Service) -> list[str]:
        """The containers of a service whose image follows the parameter."""
        return [one.name for one in service.containers if one.image_parameter == self.parameter]


def repository(image: str) -> str:
    """A reference without its digest or tag."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def parameters(ssm: Any, known: Mapping[str, Service]) -> dict[str, str]:
    """The value of each parameter that a service's own image follows; an absent one was never applied."""
    names = sorted({one.container.image_parameter for one in known.values() if one.container.image_parameter})
    return {
        found["Name"]: found["Value"]
        for start in range(0, len(names), _BATCH)
        for found in ssm.get_parameters(Names=names[start : start + _BATCH])["Parameters"]
    }


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
        where = f"{self._stack} {name}"
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
        given = _whole(image, self._values[parameter]) if equals else None
        if given is not None and not _DIGEST.fullmatch(given.partition("@")[2]):
            # A tag may be moved before the last task has started, and the parameter names what runs.
            fix = f"its digest is in: infra images {self._stack} --json"
            yield _problem(where, repr(image), f"an image by its digest, {repository(given)}@sha256:…", fix)
            return
        other = self._images.setdefault(parameter, given)
        if other != given:
            both = f"{other} and {given} for {parameter}"
            yield _problem(where, both, "one image, which its services share", "name it once")


def _whole(image: str, value: str) -> str:
    """The whole reference of an image of which only the digest was given."""
    return f"{repository(value)}@{image}" if _DIGEST.fullmatch(image) else image


def _follows(service: Service, parameter: str) -> bool:
    return any(one.image_parameter == parameter for one in service.containers)


def _problem(where: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(where=where, what=refusal(got=got, allowed=allowed, fix=fix))
