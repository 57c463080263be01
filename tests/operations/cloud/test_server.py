"""The Terraform Cloud of the tests refuses what the real one refuses."""

from __future__ import annotations

import base64
import json
import ssl
from contextlib import closing
from http.client import HTTPSConnection
from typing import Any

import pytest

from tests.terraform_cloud.server import ORGANIZATION, OTHER, TOKEN, TerraformCloud
from tests.terraform_cloud.store import md5

Answer = tuple[int, Any]


def ask(
    cloud: TerraformCloud,
    method: str,
    path: str,
    attributes: Any = None,
    *,
    token: str = TOKEN,
    **related: str,
) -> Answer:
    """Ask the API; what it refuses is an answer, too."""
    to = {name.replace("_", "-"): {"data": {"id": one, "type": "any"}} for name, one in related.items()}
    data = json.dumps({"data": {"attributes": attributes or {}, "relationships": to}})
    trusting = ssl.create_default_context(cafile=str(cloud.certificate))
    with closing(HTTPSConnection(cloud.host, context=trusting)) as connection:
        headers = {"Authorization": f"Bearer {token}"}
        connection.request(method, f"/api/v2/{path}", None if method == "GET" else data, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read() or b"null")
    return answer.status, said["errors"][0]["title"] if answer.status >= 400 else said


@pytest.fixture
def workspace(terraform_cloud: TerraformCloud) -> str:
    """The id of a workspace."""
    return terraform_cloud.store.create({"name": "shop"}, "prj-1").id


def version(*, serial: int, lineage: str = "one", content: str = "") -> dict[str, Any]:
    """A version of a state to send."""
    state = json.dumps({"serial": serial, "lineage": lineage, "outputs": {}, "content": content}).encode()
    return {
        "serial": serial,
        "lineage": lineage,
        "md5": md5(state),
        "state": base64.b64encode(state).decode(),
    }


def test_nobody_is_answered_without_a_token(terraform_cloud: TerraformCloud) -> None:
    path = f"organizations/{ORGANIZATION}/workspaces"
    assert ask(terraform_cloud, "GET", path, token="wrong") == (401, "unauthorized")
    assert ask(terraform_cloud, "GET", "organizations/others/workspaces") == (404, "not found")


def test_a_lock_is_held_by_one(terraform_cloud: TerraformCloud, workspace: str) -> None:
    lock, unlock = (f"workspaces/{workspace}/actions/{name}" for name in ("lock", "unlock"))
    assert ask(terraform_cloud, "POST", lock)[0] == 200
    assert ask(terraform_cloud, "POST", lock) == (409, "workspace already locked")
    assert ask(terraform_cloud, "POST", unlock, token=OTHER) == (409, "workspace is locked by ann")
    assert ask(terraform_cloud, "POST", unlock)[0] == 200
    assert ask(terraform_cloud, "POST", unlock) == (409, "workspace already unlocked")


def test_a_state_is_taken_under_the_lock_in_succession(
    terraform_cloud: TerraformCloud, workspace: str
) -> None:
    states = f"workspaces/{workspace}/state-versions"
    status, why = ask(terraform_cloud, "POST", states, version(serial=1))
    assert (status, why) == (409, "the workspace must be locked by the user who creates a state version")
    ask(terraform_cloud, "POST", f"workspaces/{workspace}/actions/lock")
    assert ask(terraform_cloud, "POST", states, {"serial": 1}) == (422, "param is missing: md5")
    assert ask(terraform_cloud, "POST", states, version(serial=1))[0] == 201
    older = version(serial=1, content="other")
    assert ask(terraform_cloud, "POST", states, older) == (
        409,
        "serial 1 is not greater than that of the state, 1",
    )
    other = version(serial=2, lineage="two")
    assert ask(terraform_cloud, "POST", states, other) == (
        409,
        "lineage two is not that of the state, one",
    )
    assert ask(terraform_cloud, "POST", states, {**other, "force": True})[0] == 201


def test_a_name_is_taken_once_and_found_by_its_tags(terraform_cloud: TerraformCloud) -> None:
    path = f"organizations/{ORGANIZATION}/workspaces"
    assert ask(terraform_cloud, "POST", path, {"name": "shop"})[0] == 201
    assert ask(terraform_cloud, "POST", path, {"name": "shop"}) == (422, "name has already been taken")
    terraform_cloud.store.named("shop").tags["team"] = "web"
    for tag, names in (("team", ["shop"]), ("other", [])):
        found = ask(terraform_cloud, "GET", f"{path}?search[tags]={tag}")[1]["data"]
        assert [one["attributes"]["name"] for one in found] == names


def test_a_run_needs_an_upload_and_an_unlocked_workspace(
    terraform_cloud: TerraformCloud, workspace: str
) -> None:
    uploads = f"workspaces/{workspace}/configuration-versions"
    upload = ask(terraform_cloud, "POST", uploads)[1]["data"]["id"]
    related = {"workspace": workspace, "configuration_version": upload}
    assert ask(terraform_cloud, "POST", "runs", **related) == (422, "Configuration version is not uploaded")
    terraform_cloud.store.uploads[upload].archive = b"something"
    assert ask(terraform_cloud, "POST", "runs", **related)[0] == 201
    terraform_cloud.store.workspace(workspace).lock("bob", "")
    assert ask(terraform_cloud, "POST", "runs", **related) == (409, "workspace is locked by bob")
    terraform_cloud.store.workspace(workspace).execution_mode = "local"
    assert ask(terraform_cloud, "POST", uploads)[0] == 422


def test_a_sensitive_variable_is_kept_and_never_told(terraform_cloud: TerraformCloud, workspace: str) -> None:
    path = f"workspaces/{workspace}/vars"
    sent = {"key": "password", "value": "a-secret", "category": "terraform", "sensitive": True}
    assert ask(terraform_cloud, "POST", path, sent)[0] == 201
    assert ask(terraform_cloud, "POST", path, sent) == (422, "key has already been taken")
    assert ask(terraform_cloud, "POST", path, {**sent, "key": "a", "category": "b"})[0] == 422
    (variable,) = ask(terraform_cloud, "GET", path)[1]["data"]
    assert variable["attributes"]["value"] is None
    (kept,) = terraform_cloud.store.workspace(workspace).variables.values()
    assert kept["value"] == "a-secret"
