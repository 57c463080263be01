"""Requests to the API of Terraform Cloud: which function answers which path, and who may ask."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.terraform_cloud.store import Json, RefusedError, Store

ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = []
# Paths that need no token: discovery, the ping, and the addresses of uploads, which are secrets themselves.
_OPEN = ("/.well-known/", "/api/v2/ping", "/uploaded/")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request to the API, of somebody who showed a valid token."""

    store: Store
    base: str
    who: str
    query: dict[str, list[str]]
    body: bytes

    @property
    def data(self) -> Json:
        """The resource that was sent."""
        try:
            sent: Json = json.loads(self.body)["data"]
        except (ValueError, KeyError):
            raise RefusedError(422, "the body is no JSON:API document") from None
        return sent

    @property
    def attributes(self) -> Json:
        found: Json = self.data.get("attributes") or {}
        return found

    def related(self, name: str) -> str:
        """The id of what the sent resource points to, or nothing."""
        to = (self.data.get("relationships", {}).get(name) or {}).get("data") or {}
        return str(to.get("id", ""))


def route(method: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What answers a method and a path, whose parts in braces it is given."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        ROUTES.append((method, pattern, function))
        return function

    return register


def answer(
    method: str, target: str, *, store: Store, base: str, users: dict[str, str], token: str, body: bytes
) -> tuple[int, bytes]:
    """Answer a request: the status and the body."""
    try:
        status, said = _answer(method, target, store=store, base=base, users=users, token=token, body=body)
    except RefusedError as error:
        status, said = error.status, {"errors": [{"status": str(error.status), "title": error.title}]}
    return status, said if isinstance(said, bytes) else json.dumps(said).encode()


def _answer(
    method: str, target: str, *, store: Store, base: str, users: dict[str, str], token: str, body: bytes
) -> Any:
    parts = urlsplit(target)
    if not parts.path.startswith(_OPEN) and token not in users:
        raise RefusedError(401, "unauthorized")
    for wanted, pattern, function in ROUTES:
        if wanted == method and (match := pattern.fullmatch(parts.path)):
            who, query = users.get(token, ""), parse_qs(parts.query)
            request = Request(store=store, base=base, who=who, query=query, body=body)
            return function(request, **match.groupdict())
    raise RefusedError(404, f"not found: {method} {parts.path}")


def check_organization(request: Request, organization: str) -> None:
    """Only the one organization is there."""
    if organization != request.store.organization:
        raise RefusedError(404, "not found")
