"""A call of AWS's API as it arrives, and what it is answered with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
# An Action stands at the beginning of a form; a body may be an object of many megabytes.
_BEGINNING = 10_000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a call is answered with, whole."""

    code: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request: its WSGI environment, and its body, which has been read to its end."""

    environ: dict[str, Any]
    body: bytes

    def __str__(self) -> str:
        """Service and operation, as in `ec2 DescribeVpcs`; for REST protocols, method and path."""
        return f"{self.service or '-'} {self.operation or self._path}"

    @property
    def service(self) -> str | None:
        """The service that the request is signed for."""
        scope = self._scope
        return scope[2] if scope else None

    @property
    def region(self) -> str | None:
        """The region that the request is signed for."""
        scope = self._scope
        return scope[1] if scope else None

    @property
    def operation(self) -> str | None:
        """The operation where the request names it: the target header of JSON, the Action of a form."""
        if target := self.environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]:
            return str(target)
        action = _ACTION.search(self.body[:_BEGINNING]) if self._is_form else None
        return action[1].decode() if action else None

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return dict(parse_qsl(self.environ.get("QUERY_STRING", "")))

    def refused(self, code: int, name: str, message: str) -> Answer:
        """An error in the protocol of the request: XML for AWS's query protocol, else JSON."""
        if self._is_form or self._is_xml:
            error = f"<Error><Code>{name}</Code><Message>{escape(message)}</Message></Error>"
            body = f"<ErrorResponse>{error}</ErrorResponse>".encode()
            return Answer(code=code, headers=[("Content-Type", "text/xml")], body=body)
        headers = [("Content-Type", "application/json"), ("X-Amzn-ErrorType", name)]
        return Answer(
            code=code, headers=headers, body=json.dumps({"__type": name, "message": message}).encode()
        )

    @property
    def unknown_operation(self) -> str:
        """The code for an operation that a service doesn't have ("Common Errors" of the API references)."""
        return "InvalidAction" if self._is_form else "UnknownOperationException"

    @property
    def unreadable(self) -> str:
        """The code for a body that can't be read ("Common Errors" of the API references)."""
        if self._is_xml:
            return "MalformedXML" if self.service == "s3" else "InvalidInput"
        return "MalformedQueryString" if self._is_form else "SerializationException"

    @property
    def problem_of_json(self) -> str | None:
        """Why a body that is said to be JSON is none."""
        if not self.body or "json" not in self.environ.get("CONTENT_TYPE", ""):
            return None
        if self.environ.get("HTTP_CONTENT_ENCODING"):
            return None
        try:
            json.loads(self.body)
        except ValueError as error:
            return f"the body is no JSON: {error}"
        return None

    @property
    def _scope(self) -> re.Match[str] | None:
        return _SCOPE.search(self.environ.get("HTTP_AUTHORIZATION", ""))

    @property
    def _is_form(self) -> bool:
        return "form-urlencoded" in self.environ.get("CONTENT_TYPE", "")

    @property
    def _is_xml(self) -> bool:
        return "xml" in self.environ.get("CONTENT_TYPE", "")

    @property
    def _path(self) -> str:
        environ = self.environ
        return f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}".rstrip("?")
