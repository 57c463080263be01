"""Plans of whole stacks, made once a session: tests that apply leave them for those that only read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from modules.files import write_atomically
from operations.sandbox import Workspace
from operations.terraform import Event, Plan
from tests.kept_provider import KeptProvider, KeptTerraform


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A stack's first plan in Terraform's JSON, and what Terraform warned of on the way."""

    document: dict[str, Any]
    warnings: tuple[str, ...]


def planned(
    workspace: Workspace,
    variables: Mapping[str, str] | None = None,
    *,
    provider: KeptProvider | None = None,
) -> tuple[Plan, Planned]:
    """Plan a stack that is initialized; with a kept provider where nothing is applied."""
    events: list[Event] = []
    workspace.watch = events.append
    terraform = kept_terraform(workspace, provider) if provider else workspace.terraform
    workspace.watch = None
    plan = terraform.plan(variables=variables)
    return plan, Planned(document=terraform.show(plan), warnings=_warnings(events))


def kept_terraform(workspace: Workspace, provider: KeptProvider) -> KeptTerraform:
    """Terraform in a workspace, with a kept provider."""
    own = workspace.terraform
    return KeptTerraform(own.directory, provider=provider, environment=own.environment, watch=workspace.watch)


def keep(directory: Path, name: str, found: Planned) -> None:
    """Keep the plan of a stack, for other workers too."""
    write_atomically(directory / f"{name}.json", json.dumps(asdict(found)).encode())


def kept(directory: Path, name: str) -> Planned | None:
    """The plan of a stack, if a worker has kept one."""
    file = directory / f"{name}.json"
    if not file.is_file():
        return None
    found = json.loads(file.read_text())
    return Planned(document=found["document"], warnings=tuple(found["warnings"]))


def _warnings(events: Sequence[Event]) -> tuple[str, ...]:
    found = [event["diagnostic"] for event in events if event["type"] == "diagnostic"]
    return tuple(
        f"{one['summary']}: {one.get('detail', '')}" for one in found if one["severity"] == "warning"
    )
