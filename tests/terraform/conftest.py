"""Real Terraform and the real AWS provider, planning every stack as it ships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.sandbox import prepared
from operations.terraform import Event


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A stack's plan in Terraform's JSON, and what Terraform warned of on the way."""

    document: dict[str, Any]
    warnings: tuple[str, ...]


@pytest.fixture(scope="session")
def plans(
    output: Path, session_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Planned]:
    """Every stack: initialised, validated and planned, nothing left out."""
    session_emulator.reset()
    found = {}
    for document in sorted(output.glob("stacks/*/cdk.tf.json")):
        name = document.parent.name
        events: list[Event] = []
        workspace = prepared(
            document, tmp_path_factory.mktemp(name), session_emulator, exclusions=(), watch=events.append
        )
        workspace.terraform.validate()
        plan = workspace.terraform.plan()
        found[name] = Planned(document=workspace.terraform.show(plan), warnings=tuple(_warnings(events)))
    return found


def _warnings(events: list[Event]) -> Iterator[str]:
    for event in events:
        if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "warning":
            yield f"{event['diagnostic']['summary']}: {event['diagnostic'].get('detail', '')}"
