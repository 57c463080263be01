"""Fixtures of the tier that applies: OHI's network as a stack of its own, and where to apply a stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.sandbox import Workspace
from stacks.ohi.settings import DEV

REGION = DEV.environment.region
Synthesize = Callable[..., Path]


@pytest.fixture(scope="session")
def synthesize_network(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """`synthesize_network(zones=("a", "b"))` writes OHI's network and firewall in dev, and nothing else.

    Applying all of ohi-dev takes minutes; what is proven on this part holds for the whole.
    """

    def synthesize(**changes: Any) -> Path:
        import backend
        from modules.networking.network import Network
        from modules.networking.security_groups import SecurityGroups
        from stacks.base import Stack
        from stacks.entry import Entry
        from stacks.ohi.connections import ohi_connections
        from stacks.synthesis import synthesize

        settings = replace(DEV.network, **changes)
        connections = ohi_connections(DEV.services, settings.cidr)

        def build(scope: Any, state: Any) -> Stack:
            stack = Stack(scope, "ohi-dev", environment=DEV.environment, state=state)
            network = Network(stack, "network", context=stack.context, settings=settings)
            SecurityGroups(stack, "firewall", context=stack.context, network=network, connections=connections)
            return stack

        output = tmp_path_factory.mktemp("network")
        entry = Entry(
            name="ohi-dev", build=build, tag_policy=DEV.environment.tags.policy, networks=(), domains=()
        )
        synthesize([entry], state=backend.s3_states(), output=output, known=["ohi-dev"])
        return output / "stacks/ohi-dev/cdk.tf.json"

    return synthesize


@pytest.fixture
def workspace(emulator: Emulator, tmp_path: Path) -> Workspace:
    """A directory for a stack, still without one."""
    return Workspace(tmp_path / "stack", emulator)
