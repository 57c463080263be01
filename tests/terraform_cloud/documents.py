"""What the API answers with: documents of JSON:API (HCP Terraform API, a page for each resource)."""

from __future__ import annotations

from typing import Any

from tests.terraform_cloud.store import Json, Run, StateVersion, Store, Upload, Workspace

_ALLOWED = [
    "can-create-state-versions",
    "can-destroy",
    "can-force-unlock",
    "can-lock",
    "can-queue-apply",
    "can-queue-destroy",
    "can-queue-run",
    "can-read-settings",
    "can-read-state-outputs",
    "can-read-state-versions",
    "can-read-variable",
    "can-unlock",
    "can-update",
    "can-update-variable",
]


def resource(kind: str, id: str, attributes: Json, **related: tuple[str, str] | None) -> Json:
    """One resource. `related` is what it points to, as (kind, id) by its name."""
    relationships = {
        name.replace("_", "-"): {"data": {"type": to[0], "id": to[1]} if to else None}
        for name, to in related.items()
    }
    return {"id": id, "type": kind, "attributes": attributes, "relationships": relationships}


def workspace(store: Store, one: Workspace) -> Json:
    return resource(
        "workspaces",
        one.id,
        {
            "name": one.name,
            "locked": one.locked_by is not None,
            "operations": one.execution_mode != "local",
            "execution-mode": one.execution_mode,
            "terraform-version": one.terraform_version,
            "working-directory": one.working_directory,
            "structured-run-output-enabled": False,
            "tag-names": [*one.tags],
            "auto-apply": False,
            "vcs-repo": None,
            "permissions": dict.fromkeys(_ALLOWED, True),
            "actions": {"is-destroyable": True},
        },
        organization=("organizations", store.organization),
        project=("projects", one.project),
        current_run=None,
        locked_by=("users", one.locked_by) if one.locked_by else None,
    )


def user(name: str) -> Json:
    return resource("users", name, {"username": name})


def state(base: str, one: StateVersion) -> Json:
    return resource(
        "state-versions",
        one.id,
        {
            "serial": one.serial,
            "status": "finalized" if one.finalized else "pending",
            "resources-processed": True,
            "hosted-state-download-url": f"{base}/uploaded/state/{one.id}",
            "hosted-state-upload-url": f"{base}/uploaded/state/{one.id}",
            "hosted-json-state-download-url": f"{base}/uploaded/json/{one.id}",
            "hosted-json-state-upload-url": f"{base}/uploaded/json/{one.id}",
        },
    )


def outputs(one: StateVersion) -> list[Json]:
    """The outputs of a state. The value of a sensitive one has to be asked for by its id."""
    return [output(one, name, hidden=True) for name in one.outputs]


def output(one: StateVersion, name: str, *, hidden: bool) -> Json:
    found = one.outputs[name]
    sensitive = bool(found.get("sensitive"))
    attributes = {
        "name": name,
        "sensitive": sensitive,
        "type": found["type"] if isinstance(found["type"], str) else found["type"][0],
        "detailed-type": found["type"],
        "value": None if sensitive and hidden else found["value"],
    }
    return resource("state-version-outputs", f"wsout-{one.id}-{name}", attributes)


def upload(base: str, one: Upload) -> Json:
    return resource(
        "configuration-versions",
        one.id,
        {
            "status": "pending" if one.archive is None else "uploaded",
            "speculative": one.speculative,
            "auto-queue-runs": False,
            "upload-url": f"{base}/uploaded/configuration/{one.id}",
        },
    )


def run(store: Store, one: Run) -> Json:
    waits = one.status in {"planned", "planned_and_saved"}
    return resource(
        "runs",
        one.id,
        {
            "status": one.status,
            "has-changes": store.has_changes,
            "save-plan": one.keeps_plan,
            "is-destroy": one.destroys,
            "actions": {
                "is-cancelable": one.status in {"pending", "planning"},
                "is-confirmable": waits,
                "is-discardable": waits,
            },
            "permissions": {"can-apply": True, "can-cancel": True, "can-discard": True},
        },
        workspace=("workspaces", one.workspace),
        configuration_version=("configuration-versions", one.upload),
        plan=("plans", one.id.replace("run", "plan")),
        apply=("applies", one.id.replace("run", "apply")),
    )


def phase(base: str, store: Store, id: str, kind: str) -> Json:
    """The plan or the apply of a run, whose log can be read at once."""
    attributes = {
        "status": "finished",
        "has-changes": store.has_changes,
        "log-read-url": f"{base}/uploaded/log/{id}",
    }
    return resource(kind, id, attributes)


def variable(workspace: Workspace, id: str) -> Json:
    """A variable of a workspace; the value of a sensitive one is never told."""
    attributes = dict(workspace.variables[id])
    if attributes.get("sensitive"):
        attributes["value"] = None
    return resource("vars", id, attributes)


def page(items: list[Json]) -> Json:
    """A list that fits one page."""
    pagination: dict[str, Any] = {
        "current-page": 1,
        "prev-page": None,
        "next-page": None,
        "total-pages": 1,
        "total-count": len(items),
    }
    return {"data": items, "meta": {"pagination": pagination}}
