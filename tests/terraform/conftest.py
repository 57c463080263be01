"""Real Terraform and the real AWS provider, planning every stack as it ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.sandbox import prepared
from tests.planned import Planned, keep, kept, planned


@pytest.fixture(scope="session")
def plans(
    output: Path, session_emulator: Emulator, kept_plans: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Planned]:
    """Every stack, planned where nothing is, nothing left out.

    What the emulator tier has planned is not planned again. A plan validates each resource too.
    """
    session_emulator.reset()
    found = {}
    for document in sorted(output.glob("stacks/*/cdk.tf.json")):
        name = document.parent.name
        known = kept(kept_plans, name)
        if known is None:
            place = tmp_path_factory.mktemp(name)
            _, known = planned(prepared(document, place, session_emulator, exclusions=()))
            keep(kept_plans, name, known)
        found[name] = known
    return found
