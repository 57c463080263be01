"""Real Terraform and the real AWS provider, planning every stack as it ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aws_emulator import Emulator
from modules.resilience.recovery.settings import SUFFIX
from operations.sandbox import prepared
from tests.kept_provider import KeptProvider
from tests.planned import Planned, keep, kept, planned
from tests.primaries import stand_in, variables


@pytest.fixture(scope="session")
def plans(
    output: Path,
    session_emulator: Emulator,
    kept_provider: KeptProvider,
    kept_plans: Path,
    tmp_path_factory: pytest.TempPathFactory,
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
            read = json.loads(document.read_text())
            if name.endswith(SUFFIX):
                stand_in(read, session_emulator)
            workspace = prepared(document, place, session_emulator, exclusions=())
            _, known = planned(workspace, variables(read), provider=kept_provider)
            keep(kept_plans, name, known)
        found[name] = known
    return found
