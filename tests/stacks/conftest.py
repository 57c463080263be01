"""What invariants are tested on: every environment of the catalogue, and many that nobody wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from modules.pause.expressions import resolved
from tests.stacks.booking import generated as bookings
from tests.stacks.environments import environments
from tests.stacks.synthesized import Json
from tests.stacks.webapp import generated as webapps


@pytest.fixture(scope="session")
def generated_output(once: Callable[..., Path]) -> Path:
    """The output of all generated environments, as main.py would write it."""
    return once("generated", _write_generated)


def _write_generated(directory: Path) -> None:
    import backend
    from stacks.synthesis import synthesize

    entries = webapps.entries()
    entries += bookings.entries(beside=entries)
    synthesize(entries, state=backend.load(), output=directory, known=[entry.name for entry in entries])


@pytest.fixture(scope="session")
def generated(generated_output: Path) -> dict[str, Json]:
    """The Terraform JSON of every generated environment, by name, as it is while the environment runs."""
    found = sorted(generated_output.glob("stacks/*/cdk.tf.json"))
    assert len(found) == webapps.GENERATED + bookings.GENERATED
    return {path.parent.name: resolved(json.loads(path.read_text())) for path in found}


@pytest.fixture(params=[*environments(), "generated"])
def subjects(request: pytest.FixtureRequest, stacks: dict[str, Json]) -> dict[str, Json]:
    """What a property is tested on: one environment that ships, or all that are generated."""
    if request.param == "generated":
        found: dict[str, Json] = request.getfixturevalue("generated")
        return found
    return {request.param: stacks[request.param]}
