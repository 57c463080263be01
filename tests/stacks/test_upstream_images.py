"""The published images of the catalogue: each is one that a container of its stack pulls from the account."""

from __future__ import annotations

from typing import Any

import pytest

from operations.images.contract import contract_problems
from operations.images.places import places, repository_targets
from operations.synthesized import SynthesizedStack, services
from stacks.catalogue import catalogue

CATALOGUE = catalogue()
PUBLISHED = sorted(name for name, entry in CATALOGUE.items() if entry.upstream_images)
FITS = {"os": "linux", "architecture": "amd64", "config": {"User": "1000", "Cmd": ["serve"]}}


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_image_is_run_by_a_container(stacks: dict[str, Any], name: str) -> None:
    upstream = CATALOGUE[name].upstream_images
    found = places(SynthesizedStack(name=name, document=stacks[name]), upstream)
    assert {place.container.name for place in found if place.upstream} == set(upstream)
    # A sidecar's is pulled by its version, a service's own by what is deployed.
    pulled = [place for place in found if place.upstream and not place.container.image_parameter]
    assert all(place.upstream and place.tag == place.upstream.version for place in pulled)


def test_some_stacks_run_published_images() -> None:
    assert {"ohi-dev", "booking-dev"} <= set(PUBLISHED)


def test_every_container_of_every_stack_is_pulled_from_the_account(stacks: dict[str, Any]) -> None:
    documents = [SynthesizedStack(name=name, document=one) for name, one in stacks.items()]
    containers = [
        (one.name, container.name)
        for one in documents
        for service in services(one).values()
        for container in service.containers
    ]
    found = [(one.name, place.container.name) for one in documents for place in places(one, {})]
    assert containers
    assert found == containers


def test_every_service_says_what_its_image_must_be(stacks: dict[str, Any]) -> None:
    """An image that fits has no problem; as root it has one, unless the service says who it runs as."""
    asked = 0
    for name, one in stacks.items():
        for service in services(SynthesizedStack(name=name, document=one)).values():
            fits = {**FITS, "architecture": "amd64"}
            assert list(contract_problems(fits, service)) == []
            root = {**FITS, "config": {"User": "root", "Cmd": ["serve"]}}
            said = [problem.where for problem in contract_problems(root, service)]
            own = service.container.definition.get("user")
            assert said == ([] if own else [f"{service.service}.image.User"])
            asked += 1
    assert asked


def test_the_targets_of_a_stack_without_repositories_of_its_own_are_none(stacks: dict[str, Any]) -> None:
    found = {
        name: repository_targets(SynthesizedStack(name=name, document=one)) for name, one in stacks.items()
    }
    own = {name for name, one in stacks.items() if one["resource"].get("aws_ecr_repository")}
    assert {name for name, targets in found.items() if targets} == own
    assert found["state-backend"] == []
