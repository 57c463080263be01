"""What a Terraform Cloud of one organization holds: workspaces, states, uploads and runs."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]


def md5(content: bytes) -> str:
    """The sum by which the API compares a content; it guards nothing."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


class RefusedError(Exception):
    """What the API answers instead: a status and a sentence."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status, self.title = status, title


@dataclass
class StateVersion:
    """One version of a state. It is finalized when its content is uploaded and is what was announced."""

    id: str
    serial: int
    lineage: str
    md5: str
    content: bytes = b""
    as_json: bytes = b""

    @property
    def finalized(self) -> bool:
        return md5(self.content) == self.md5

    @property
    def outputs(self) -> dict[str, Json]:
        """The outputs by name, as the state has them."""
        found: dict[str, Json] = json.loads(self.content)["outputs"]
        return found


@dataclass
class Upload:
    """A configuration version: the archive of a directory."""

    id: str
    workspace: str
    speculative: bool
    starts_run: bool = True
    archive: bytes | None = None


@dataclass
class Run:
    """A run of an upload. It is planned when its log has been read, and applied when that is asked for."""

    id: str
    workspace: str
    upload: str
    variables: dict[str, str]
    keeps_plan: bool
    destroys: bool
    status: str = "pending"


@dataclass
class Workspace:
    """A workspace with its settings, its variables, its lock and the versions of its state."""

    id: str
    name: str
    execution_mode: str
    terraform_version: str
    project: str
    working_directory: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    locked_by: str | None = None
    reason: str = ""
    variables: dict[str, Json] = field(default_factory=dict)
    states: list[StateVersion] = field(default_factory=list)

    def lock(self, who: str, reason: str) -> None:
        """Lock, as long as nobody has."""
        if self.locked_by is not None:
            raise RefusedError(409, "workspace already locked")
        self.locked_by, self.reason = who, reason

    def unlock(self, who: str, *, force: bool) -> None:
        """Unlock; what another has locked only by force."""
        if self.locked_by is None:
            raise RefusedError(409, "workspace already unlocked")
        if self.locked_by != who and not force:
            raise RefusedError(409, f"workspace is locked by {self.locked_by}")
        self.locked_by = None

    def add_state(self, id: str, who: str, attributes: Json) -> StateVersion:
        """A new version of the state: under the lock, of the same lineage, with a greater serial.

        Source: HCP Terraform API, "State Versions", Create a State Version.
        """
        if missing := {"serial", "md5"} - attributes.keys():
            raise RefusedError(422, f"param is missing: {', '.join(sorted(missing))}")
        if self.locked_by != who:
            raise RefusedError(409, "the workspace must be locked by the user who creates a state version")
        new = StateVersion(
            id=id,
            serial=attributes["serial"],
            lineage=attributes.get("lineage", ""),
            md5=attributes["md5"],
            content=base64.b64decode(attributes.get("state") or ""),
        )
        if self.states and not attributes.get("force"):
            self._check_succession(self.states[-1], new)
        self.states.append(new)
        return new

    def _check_succession(self, last: StateVersion, new: StateVersion) -> None:
        if new.lineage != last.lineage:
            raise RefusedError(409, f"lineage {new.lineage} is not that of the state, {last.lineage}")
        if new.serial <= last.serial and new.md5 != last.md5:
            raise RefusedError(
                409, f"serial {new.serial} is not greater than that of the state, {last.serial}"
            )


class Store:
    """Everything, by id. `execution_mode` and `working_directory` are those of new workspaces."""

    def __init__(self, organization: str) -> None:
        self.organization = organization
        self.execution_mode, self.working_directory = "remote", ""
        # What remote runs are said to have planned.
        self.has_changes = True
        self.plan: Json = {"format_version": "1.2", "resource_changes": []}
        self.workspaces: dict[str, Workspace] = {}
        self.projects = {"prj-1": "Default Project"}
        self.uploads: dict[str, Upload] = {}
        self.runs: dict[str, Run] = {}
        self._numbers = count(1)

    def new_id(self, kind: str) -> str:
        """An id as the API has them, such as `ws-1`."""
        return f"{kind}-{next(self._numbers)}"

    def named(self, name: str) -> Workspace:
        """A workspace by its name."""
        for one in self.workspaces.values():
            if one.name == name:
                return one
        raise RefusedError(404, "not found")

    def workspace(self, id: str) -> Workspace:
        """A workspace by its id."""
        workspace: Workspace = found(self.workspaces, id)
        return workspace

    def state(self, id: str) -> tuple[Workspace, StateVersion]:
        """A version of a state, and the workspace that it is of."""
        for workspace in self.workspaces.values():
            for one in workspace.states:
                if one.id == id:
                    return workspace, one
        raise RefusedError(404, "not found")

    def create(self, attributes: Json, project: str) -> Workspace:
        """Create a workspace, as `terraform init` does for a name that is new."""
        name = attributes.get("name", "")
        if any(one.name == name for one in self.workspaces.values()):
            raise RefusedError(422, "name has already been taken")
        workspace = Workspace(
            id=self.new_id("ws"),
            name=name,
            execution_mode=attributes.get("execution-mode") or self.execution_mode,
            terraform_version=attributes.get("terraform-version") or "1.11.0",
            project=project,
            working_directory=attributes.get("working-directory") or self.working_directory,
        )
        self.workspaces[workspace.id] = workspace
        return workspace

    def start(self, workspace: Workspace, upload: str, attributes: Json) -> Run:
        """Start a run of an upload, which must have arrived."""
        configuration = found(self.uploads, upload)
        if configuration.archive is None:
            raise RefusedError(422, "Configuration version is not uploaded")
        run = Run(
            id=self.new_id("run"),
            workspace=workspace.id,
            upload=upload,
            variables={one["key"]: one["value"] for one in attributes.get("variables") or []},
            keeps_plan=bool(attributes.get("save-plan")),
            destroys=bool(attributes.get("is-destroy")),
        )
        self.runs[run.id] = run
        return run


def found(things: dict[str, Any], id: str) -> Any:
    """One of some things. Raises RefusedError(404) as the API does for what is not there or not visible."""
    if id not in things:
        raise RefusedError(404, "not found")
    return things[id]
