"""The API of remote runs, as far as the upload: what arrives is kept, and the run is answered as planned.

Source: HCP Terraform API, "Configuration Versions", "Runs", "Plans", "Applies".
"""

from __future__ import annotations

import json
from typing import Any

from tests.terraform_cloud import documents
from tests.terraform_cloud.requests import Request, route
from tests.terraform_cloud.store import RefusedError, Run, Upload, found

# The log streams between these two characters; without the last one Terraform goes on reading.
_LOG = "\x02Planned in Terraform Cloud.\n\x03"


@route("POST", "/api/v2/workspaces/{id}/configuration-versions")
def create_upload(request: Request, id: str) -> Any:
    workspace = request.store.workspace(id)
    if workspace.execution_mode == "local":
        raise RefusedError(422, "runs are not enabled for a workspace with local execution")
    new = request.store.new_id("cv")
    upload = Upload(
        id=new,
        workspace=id,
        speculative=bool(request.attributes.get("speculative")),
        starts_run=bool(request.attributes.get("auto-queue-runs", True)),
    )
    request.store.uploads[new] = upload
    return 201, {"data": documents.upload(request.base, upload)}


@route("GET", "/api/v2/configuration-versions/{id}")
def read_upload(request: Request, id: str) -> Any:
    return 200, {"data": documents.upload(request.base, found(request.store.uploads, id))}


@route("PUT", "/uploaded/configuration/{id}")
def put_upload(request: Request, id: str) -> Any:
    upload = found(request.store.uploads, id)
    if upload.archive is not None:
        raise RefusedError(409, "configuration version is uploaded already")
    upload.archive = request.body
    if upload.starts_run:
        request.store.start(request.store.workspace(upload.workspace), id, {})
    return 200, b""


@route("POST", "/api/v2/runs")
def create_run(request: Request) -> Any:
    workspace = request.store.workspace(request.related("workspace"))
    if workspace.locked_by is not None:
        raise RefusedError(409, f"workspace is locked by {workspace.locked_by}")
    run = request.store.start(workspace, request.related("configuration-version"), request.attributes)
    return 201, {"data": documents.run(request.store, run)}


@route("GET", "/api/v2/runs/{id}")
def read_run(request: Request, id: str) -> Any:
    run: Run = found(request.store.runs, id)
    said: dict[str, Any] = {"data": documents.run(request.store, run)}
    if run.status == "pending":  # the next one who asks sees it under way
        run.status = "planning"
    included = request.query.get("include", [""])[0].split(",")
    number = run.id.removeprefix("run-")
    of = {
        "workspace": lambda: documents.workspace(request.store, request.store.workspace(run.workspace)),
        "plan": lambda: documents.phase(request.base, request.store, f"plan-{number}", "plans"),
    }
    said["included"] = [of[one]() for one in included if one in of]
    return 200, said


@route("GET", "/api/v2/workspaces/{id}/runs")
def list_runs(request: Request, id: str) -> Any:
    runs = [one for one in request.store.runs.values() if one.workspace == id]
    return 200, documents.page([documents.run(request.store, one) for one in runs])


@route("GET", "/api/v2/organizations/{_}/runs/queue")
def queue(request: Request, _: str) -> Any:
    del request
    return 200, documents.page([])


@route("GET", "/api/v2/runs/{id}/(run-events|task-stages)")
def nothing_of_a_run(request: Request, id: str) -> Any:
    found(request.store.runs, id)
    return 200, documents.page([])


@route("GET", "/api/v2/plans/plan-{number}")
def read_plan(request: Request, number: str) -> Any:
    return 200, {"data": documents.phase(request.base, request.store, f"plan-{number}", "plans")}


@route("GET", "/api/v2/applies/apply-{number}")
def read_apply(request: Request, number: str) -> Any:
    return 200, {"data": documents.phase(request.base, request.store, f"apply-{number}", "applies")}


@route("GET", "/api/v2/plans/plan-{number}/json-output(-redacted)?")
def plan_as_json(request: Request, number: str) -> Any:
    found(request.store.runs, f"run-{number}")
    return 200, request.store.plan


@route("GET", "/uploaded/log/{phase}-{number}")
def log(request: Request, phase: str, number: str) -> Any:
    """The log from an offset; a run whose log is read to its end is planned, or applied."""
    run: Run = found(request.store.runs, f"run-{number}")
    offset = int(request.query.get("offset", ["0"])[0])
    if phase == "plan":
        if run.status in {"pending", "planning"}:
            run.status = _planned(request, run)
    else:
        run.status = "applied"
    return 200, _LOG.encode()[offset:]


def _planned(request: Request, run: Run) -> str:
    speculative = request.store.uploads[run.upload].speculative
    if speculative or not request.store.has_changes:
        return "planned_and_finished"
    return "planned_and_saved" if run.keeps_plan else "planned"


@route("POST", "/api/v2/runs/{id}/actions/{action}")
def act_on_run(request: Request, id: str, action: str) -> Any:
    run: Run = found(request.store.runs, id)
    allowed = {
        "apply": ({"planned", "planned_and_saved"}, "confirmed"),
        "discard": ({"planned", "planned_and_saved"}, "discarded"),
        "cancel": ({"pending", "planning"}, "canceled"),
    }
    states, then = found(allowed, action)
    if run.status not in states:
        raise RefusedError(409, f"transition not allowed: {action} of a run that is {run.status}")
    run.status = "applying" if then == "confirmed" else then
    return 202, json.dumps(None).encode()
