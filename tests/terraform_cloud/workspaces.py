"""The API of organizations, projects and workspaces, their tags, locks and variables.

Source: HCP Terraform API (developer.hashicorp.com/terraform/cloud-docs/api-docs), and what Terraform sends.
"""

from __future__ import annotations

import json
from typing import Any

from tests.terraform_cloud import documents
from tests.terraform_cloud.requests import Request, check_organization, route
from tests.terraform_cloud.store import RefusedError, found


@route("GET", r"/\.well-known/terraform\.json")
def discover(_: Request) -> Any:
    return 200, {"tfe.v2": "/api/v2/", "tfe.v2.1": "/api/v2/", "tfe.v2.2": "/api/v2/"}


@route("GET", "/api/v2/ping")
def ping(_: Request) -> Any:
    return 204, b""


@route("GET", "/api/v2/organizations/{organization}/entitlement-set")
def entitlements(request: Request, organization: str) -> Any:
    check_organization(request, organization)
    names = ("operations", "state-storage", "private-run-tasks", "private-policy-agents")
    attributes = dict.fromkeys(names, True)
    return 200, {"data": documents.resource("entitlement-sets", organization, attributes)}


@route("GET", "/api/v2/organizations/{organization}/workspaces/{name}")
def read_workspace(request: Request, organization: str, name: str) -> Any:
    check_organization(request, organization)
    workspace = request.store.named(name)
    said: dict[str, Any] = {"data": documents.workspace(request.store, workspace)}
    if "locked_by" in request.query.get("include", []) and workspace.locked_by:
        said["included"] = [documents.user(workspace.locked_by)]
    return 200, said


@route("GET", "/api/v2/organizations/{organization}/workspaces")
def list_workspaces(request: Request, organization: str) -> Any:
    check_organization(request, organization)
    tags = {tag for one in request.query.get("search[tags]", []) for tag in one.split(",")}
    matching = [one for one in request.store.workspaces.values() if tags <= one.tags.keys()]
    return 200, documents.page([documents.workspace(request.store, one) for one in matching])


@route("POST", "/api/v2/organizations/{organization}/workspaces")
def create_workspace(request: Request, organization: str) -> Any:
    check_organization(request, organization)
    project = request.related("project") or "prj-1"
    found(request.store.projects, project)
    workspace = request.store.create(request.attributes, project)
    bound = (request.data.get("relationships", {}).get("tag-bindings") or {}).get("data") or []
    workspace.tags = {one["attributes"]["key"]: one["attributes"].get("value", "") for one in bound}
    return 201, {"data": documents.workspace(request.store, workspace)}


@route("GET", "/api/v2/workspaces/{id}")
def workspace_by_id(request: Request, id: str) -> Any:
    return 200, {"data": documents.workspace(request.store, request.store.workspace(id))}


@route("PATCH", "/api/v2/workspaces/{id}")
def update_workspace(request: Request, id: str) -> Any:
    workspace = request.store.workspace(id)
    for name in ("execution_mode", "terraform_version", "working_directory"):
        setattr(workspace, name, request.attributes.get(name.replace("_", "-"), getattr(workspace, name)))
    return 200, {"data": documents.workspace(request.store, workspace)}


@route("GET", "/api/v2/workspaces/{id}/tag-bindings")
def tags_of(request: Request, id: str) -> Any:
    tags = request.store.workspace(id).tags
    bound = [documents.resource("tag-bindings", key, {"key": key, "value": tags[key]}) for key in tags]
    return 200, {"data": bound}


@route("GET", "/api/v2/organizations/{organization}/projects")
def list_projects(request: Request, organization: str) -> Any:
    check_organization(request, organization)
    wanted = request.query.get("filter[names]")
    projects = request.store.projects.items()
    items = [documents.resource("projects", one, {"name": name}) for one, name in projects]
    return 200, documents.page([one for one in items if not wanted or one["attributes"]["name"] in wanted])


@route("POST", "/api/v2/organizations/{organization}/projects")
def create_project(request: Request, organization: str) -> Any:
    check_organization(request, organization)
    new = request.store.new_id("prj")
    request.store.projects[new] = request.attributes["name"]
    return 201, {"data": documents.resource("projects", new, {"name": request.attributes["name"]})}


@route("POST", "/api/v2/workspaces/{id}/actions/{action}")
def act_on_workspace(request: Request, id: str, action: str) -> Any:
    workspace = request.store.workspace(id)
    if action == "lock":
        reason = json.loads(request.body or b"{}").get("reason", "")
        workspace.lock(request.who, reason)
    elif action in {"unlock", "force-unlock"}:
        workspace.unlock(request.who, force=action == "force-unlock")
    else:
        raise RefusedError(404, f"not found: {action}")
    return 200, {"data": documents.workspace(request.store, workspace)}


@route("GET", "/api/v2/workspaces/{id}/(all-)?vars")
def list_variables(request: Request, id: str) -> Any:
    workspace = request.store.workspace(id)
    return 200, documents.page([documents.variable(workspace, one) for one in workspace.variables])


@route("POST", "/api/v2/workspaces/{id}/vars")
def create_variable(request: Request, id: str) -> Any:
    workspace, attributes = request.store.workspace(id), request.attributes
    if attributes.get("category") not in {"terraform", "env"}:
        raise RefusedError(422, "category is invalid")
    same = ("key", "category")
    if any(all(one[name] == attributes.get(name) for name in same) for one in workspace.variables.values()):
        raise RefusedError(422, "key has already been taken")
    new = request.store.new_id("var")
    workspace.variables[new] = attributes
    return 201, {"data": documents.variable(workspace, new)}


@route("PATCH", "/api/v2/workspaces/{id}/vars/{variable}")
def update_variable(request: Request, id: str, variable: str) -> Any:
    workspace = request.store.workspace(id)
    found(workspace.variables, variable).update(request.attributes)
    return 200, {"data": documents.variable(workspace, variable)}
