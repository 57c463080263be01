"""Fixtures of the tier that applies: one emulator a session, and OHI's network as a stack of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations.emulator import Emulator, Workspace, running_emulator
from stacks.ohi.settings import DEV

REGION = DEV.environment.region
Synthesize = Callable[..., Path]


@pytest.fixture(scope="session")
def session_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The session's emulator, as the tests before left it."""
    with running_emulator(log=tmp_path_factory.mktemp("emulator") / "emulator.log") as running:
        yield running


@pytest.fixture
def emulator(session_emulator: Emulator) -> Emulator:
    """An emulator without a trace of other tests."""
    session_emulator.reset()
    return session_emulator


@pytest.fixture(scope="session")
def synthesize_network(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """`synthesize_network(zones=("a", "b"))` writes OHI's network and firewall in dev, and nothing else.

    Applying all of ohi-dev takes minutes; what is proven on this part holds for the whole.
    """

    def synthesize(**changes: Any) -> Path:
        import backend
        from stacks.base import Stack
        from stacks.catalogue import Entry
        from stacks.ohi.stack import OhiStack
        from stacks.synthesis import synthesize

        settings = replace(DEV, network=replace(DEV.network, **changes))

        class OhiNetwork(OhiStack):
            def __init__(self, scope: Any, state: Any) -> None:
                Stack.__init__(self, scope, "ohi-dev", environment=settings.environment, state=state)
                self._build_network(settings)

        output = tmp_path_factory.mktemp("network")
        entry = Entry(name="ohi-dev", build=OhiNetwork)
        synthesize([entry], state=backend.s3_states(), output=output, known=["ohi-dev"])
        return output / "stacks/ohi-dev/cdk.tf.json"

    return synthesize


@pytest.fixture
def workspace(emulator: Emulator, tmp_path: Path) -> Workspace:
    """A directory for a stack, still without one."""
    return Workspace(tmp_path / "stack", emulator)
