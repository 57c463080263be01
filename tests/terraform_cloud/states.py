"""The API of states: announced under the lock, uploaded, read with their outputs.

Source: HCP Terraform API, "State Versions" and "State Version Outputs".
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.terraform_cloud import documents
from tests.terraform_cloud.requests import Request, route
from tests.terraform_cloud.store import RefusedError, md5


@route("POST", "/api/v2/workspaces/{id}/state-versions")
def create_state(request: Request, id: str) -> Any:
    new = request.store.new_id("sv")
    state = request.store.workspace(id).add_state(new, request.who, request.attributes)
    return 201, {"data": documents.state(request.base, state)}


@route("GET", "/api/v2/workspaces/{id}/current-state-version")
def current_state(request: Request, id: str) -> Any:
    finalized = [one for one in request.store.workspace(id).states if one.finalized]
    if not finalized:
        raise RefusedError(404, "not found")
    return 200, {"data": documents.state(request.base, finalized[-1])}


@route("GET", "/api/v2/workspaces/{id}/current-state-version-outputs")
def current_outputs(request: Request, id: str) -> Any:
    finalized = [one for one in request.store.workspace(id).states if one.finalized]
    if not finalized:
        raise RefusedError(404, "not found")
    return 200, documents.page(documents.outputs(finalized[-1]))


@route("GET", "/api/v2/state-versions/{id}")
def read_state(request: Request, id: str) -> Any:
    return 200, {"data": documents.state(request.base, request.store.state(id)[1])}


@route("GET", "/api/v2/state-version-outputs/wsout-{id}")
def read_output(request: Request, id: str) -> Any:
    version, name = re.fullmatch(r"(sv-\d+)-(.+)", id).groups()  # type: ignore[union-attr]
    return 200, {"data": documents.output(request.store.state(version)[1], name, hidden=False)}


@route("PUT", "/uploaded/state/{id}")
def put_state(request: Request, id: str) -> Any:
    state = request.store.state(id)[1]
    if md5(request.body) != state.md5:
        raise RefusedError(422, "the content is not what its md5 says")
    written = json.loads(request.body)
    if (written["serial"], written["lineage"]) != (state.serial, state.lineage):
        raise RefusedError(422, "serial and lineage are not those of the content")
    state.content = request.body
    return 200, b""


@route("GET", "/uploaded/state/{id}")
def get_state(request: Request, id: str) -> Any:
    return 200, request.store.state(id)[1].content


@route("PUT", "/uploaded/json/{id}")
def put_json(request: Request, id: str) -> Any:
    request.store.state(id)[1].as_json = request.body
    return 200, b""
