"""The workspace of a stack in Terraform Cloud: its lock and its variables, by the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urljoin, urlsplit

from backend.credentials import token
from backend.settings import CloudSettings
from modules.errors import ProblemsError, refusal

_SECONDS = 30
_DISCOVERY = "/.well-known/terraform.json"
_REFUSALS, _UNAUTHORIZED, _MISSING, _CONFLICT = 400, 401, 404, 409


class CloudWorkspace:
    """A workspace of Terraform Cloud. Raises ProblemsError for whatever the API refuses."""

    def __init__(self, settings: CloudSettings, name: str) -> None:
        self._settings, self.name = settings, name
        self.address = f"https://{settings.hostname}/app/{settings.organization}/{name}"

    def lock(self, reason: str) -> None:
        """Lock it: no run starts, and no Terraform writes the state, until it is unlocked.

        Raises ProblemsError with the name of who holds the lock.
        """
        try:
            self._ask("POST", f"workspaces/{self._id}/actions/lock", {"reason": reason})
        except _RefusedError as refused:
            raise (self._held() if refused.status == _CONFLICT else self._error(refused)) from None

    def unlock(self) -> None:
        """Unlock it, as the user who locked it."""
        try:
            self._ask("POST", f"workspaces/{self._id}/actions/unlock", {})
        except _RefusedError as refused:
            raise self._error(refused) from None

    def runs_remotely(self) -> bool:
        """Whether Terraform runs in Terraform Cloud, or in an agent, instead of here."""
        return bool(self._workspace()["data"]["attributes"]["execution-mode"] != "local")

    def set_variable(self, name: str, value: str) -> None:
        """Set a variable of Terraform, of type bool or number, for all runs from now on."""
        wanted = {"key": name, "value": value, "category": "terraform", "hcl": True}
        body = {"data": {"type": "vars", "attributes": wanted}}
        variables = f"workspaces/{self._id}/vars"
        try:
            there = [one["id"] for one in self._ask("GET", variables)["data"] if _is(one, name)]
            if there:
                self._ask("PATCH", f"{variables}/{there[0]}", body)
            else:
                self._ask("POST", variables, body)
        except _RefusedError as refused:
            raise self._error(refused) from None

    @cached_property
    def _id(self) -> str:
        return str(self._workspace()["data"]["id"])

    def _workspace(self) -> Any:
        path = f"organizations/{self._settings.organization}/workspaces/{self.name}?include=locked_by"
        try:
            return self._ask("GET", path)
        except _RefusedError as refused:
            raise self._error(refused) from None

    def _held(self) -> ProblemsError:
        included = self._workspace().get("included") or []
        names = [one["attributes"]["username"] for one in included if one["type"] == "users"]
        why = refusal(
            got=f"held by {', '.join(names) or 'a run'}",
            allowed="a free lock, since an apply may be rotating entries of the secret",
            fix=f"wait until it has ended, or see {self.address}",
        )
        return ProblemsError.one(f"lock of {self.name}", why)

    def _error(self, refused: _RefusedError) -> ProblemsError:
        host = self._settings.hostname
        match refused.status:
            case int(status) if status == _UNAUTHORIZED:
                what = f"{host} doesn't accept the token; sign in anew: terraform login {host}"
            case int(status) if status == _MISSING:
                what = "isn't there, or this token may not see it; terraform init creates it"
            case _:
                what = f"{host} refuses: {refused.title}; see {self.address}"
        return ProblemsError.one(f"workspace {self._settings.organization}/{self.name}", what)

    @cached_property
    def _base(self) -> str:
        host = f"https://{self._settings.hostname}"
        # A path or an address (Terraform, "Remote Service Discovery").
        return urljoin(host, str(self._send("GET", host + _DISCOVERY, None, {})["tfe.v2"]))

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {
            "Authorization": f"Bearer {token(self._settings.hostname)}",
            "Content-Type": "application/vnd.api+json",
        }
        return self._send(method, urljoin(self._base, path), body, headers)

    def _send(self, method: str, address: str, body: Any, headers: Mapping[str, str]) -> Any:
        parts = urlsplit(address)
        content = None if body is None else json.dumps(body)
        try:
            with closing(HTTPSConnection(parts.netloc, timeout=_SECONDS)) as connection:
                connection.request(method, f"{parts.path}?{parts.query}", body=content, headers=headers)
                answer = connection.getresponse()
                said = answer.read()
            document = json.loads(said) if said else {}
        except (OSError, HTTPException, ValueError) as error:
            why = f"can't be asked: {error}; check TF_CLOUD_HOSTNAME and try again"
            raise ProblemsError.one(f"Terraform Cloud at {self._settings.hostname}", why) from None
        if answer.status >= _REFUSALS:
            raise _RefusedError(answer.status, _title(document) or f"{answer.status} {answer.reason}")
        return document


class _RefusedError(Exception):
    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status, self.title = status, title


def _is(variable: Any, name: str) -> bool:
    return bool(variable["attributes"]["key"] == name and variable["attributes"]["category"] == "terraform")


def _title(document: Any) -> str:
    try:
        return str(document["errors"][0]["title"])
    except (KeyError, IndexError, TypeError):
        return ""
