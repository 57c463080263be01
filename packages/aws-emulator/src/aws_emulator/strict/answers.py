"""How each service says that a request is invalid, or contradicts what exists."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from xml.sax.saxutils import escape

from aws_emulator.calls import Answer
from aws_emulator.strict.conflicts import Refusal
from aws_emulator.strict.request_parsing import ParsedRequest
from aws_emulator.strict.service_models import Violation

# The code of the service's API reference, "Common Errors" or the operation's page; ValidationException else.
_CODES = {
    "cloudfront": "InvalidArgument",
    "cloudwatch": "ValidationError",
    "ec2": "InvalidParameterValue",
    "elasticache": "InvalidParameterValue",
    "elbv2": "ValidationError",
    "iam": "ValidationError",
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "rds": "InvalidParameterValue",
    "route53": "InvalidInput",
    "s3": "InvalidRequest",
    "secretsmanager": "InvalidParameterException",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "sts": "ValidationError",
}


def refusal_of(request: ParsedRequest, found: Sequence[Violation]) -> Answer:
    """The answer in the request's protocol; the violations are in the log too."""
    for violation in found:
        sys.stderr.write(f"refused {request.service} {request.operation}: {violation}\n")
    code = _CODES.get(request.service, "ValidationException")
    many = "s" if len(found) > 1 else ""
    listed = "; ".join(map(str, found))
    return _answer(request, code, f"{len(found)} validation error{many} detected: {listed}")


def conflict_answer(request: ParsedRequest, refusal: Refusal) -> Answer:
    """The answer in the request's protocol to what contradicts what exists; it is in the log too."""
    code = refusal.conflict.code
    sys.stderr.write(f"refused {request.service} {request.operation}: {code}: {refusal}\n")
    return _answer(request, code, str(refusal), status=refusal.conflict.status)


def _answer(request: ParsedRequest, code: str, message: str, *, status: int = 400) -> Answer:
    if request.protocol == "ec2":
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return _xml(f"<Response><Errors>{error}</Errors><RequestID>strict</RequestID></Response>", status)
    if request.protocol == "rest-xml" and request.service == "s3":
        return _xml(f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>", status)
    if request.protocol in ("query", "rest-xml"):
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return _xml(f"<ErrorResponse>{error}<RequestId>strict</RequestId></ErrorResponse>", status)
    headers = [("Content-Type", "application/json"), ("X-Amzn-ErrorType", code)]
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(code=status, headers=headers, body=body)


def _xml(body: str, status: int) -> Answer:
    return Answer(code=status, headers=[("Content-Type", "text/xml")], body=body.encode())
