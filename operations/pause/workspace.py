"""What the workspace of a stack in Terraform Cloud knows of a pause or a recovery."""

from __future__ import annotations

from collections.abc import Mapping

from backend import CloudSettings, load
from backend.cloud_workspace import CloudWorkspace


def keep(stack: str, variables: Mapping[str, str]) -> None:
    """Set variables in the stack's workspace, so that a run that others start doesn't turn the stack back.

    Nothing where the states are not in Terraform Cloud, or its runs are here.
    """
    settings = load()
    if not isinstance(settings, CloudSettings):
        return
    workspace = CloudWorkspace(settings, stack)
    if workspace.runs_remotely():
        for name, value in variables.items():
            workspace.set_variable(name, value)
