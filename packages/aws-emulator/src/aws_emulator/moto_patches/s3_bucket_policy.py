"""Conditions in the policies of S3 buckets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import has_request_context, request
from moto.iam.access_control import IAMPolicy
from moto.s3.models import FakeBucket

from aws_emulator.moto_patches import Patch

Context = Mapping[str, str]

# The emulator stands for AWS's HTTPS endpoint, though it is reached without TLS.
_CONNECTION = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
# IAM user guide, "IAM JSON policy elements: Condition operators". A negated one is true of an absent key.
_OPERATORS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "Bool": lambda value, wanted: value in wanted,
    "Null": lambda value, wanted: [str(value is None).lower()] == wanted,
    "NumericGreaterThan": lambda value, wanted: value is not None and float(value) > float(wanted[0]),
    "NumericLessThan": lambda value, wanted: value is not None and float(value) < float(wanted[0]),
    "StringEquals": lambda value, wanted: value in wanted,
    "StringNotEquals": lambda value, wanted: value not in wanted,
}


class BucketPolicyConditions(Patch, of=FakeBucket):
    """A statement applies to its principals, if its conditions are met (IAM user guide, "Principal" and
    "Condition"); moto applies it always.
    """

    def get_permission(self: Any, action: str, resource: str) -> Any:
        """Judge by the statements that are about a caller of the account and whose conditions it meets."""
        document = json.loads(self.policy) if self.policy else {"Statement": []}
        # Whoever calls the emulator is of its one account.
        context = {**_CONNECTION, "aws:PrincipalAccount": self.account_id, **_headers(), **_signature()}
        met = [
            {name: element for name, element in statement.items() if name != "Condition"}
            for statement in document["Statement"]
            if not _of_services(statement) and applies(statement, context)
        ]
        return IAMPolicy(json.dumps({**document, "Statement": met})).is_action_permitted(action, resource)


def _of_services(statement: Mapping[str, Any]) -> bool:
    """Whether a statement is about services of AWS alone, which never call the emulator: CloudFront."""
    principal = statement.get("Principal")
    return isinstance(principal, dict) and principal.keys() <= {"Service"}


def applies(statement: Mapping[str, Any], context: Context) -> bool:
    """Whether a request meets every condition of a statement. Raises KeyError for an unknown operator."""
    return all(
        _OPERATORS[operator](context.get(key), [wanted] if isinstance(wanted, str) else wanted)
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def _headers() -> dict[str, str]:
    """The request's headers as S3's condition keys: `s3:x-amz-server-side-encryption` and the like."""
    if not has_request_context():  # moto inside a test's own process, without a server
        return {}
    return {f"s3:{name.lower()}": value for name, value in request.headers.items()}


def _signature() -> dict[str, str]:
    """How the request is signed, and for how many milliseconds a presigned URL has existed (Amazon S3 API
    Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys").
    """
    signed = request.args.get("X-Amz-Date") if has_request_context() else None
    if not signed:
        return {"s3:authType": "REST-HEADER"}
    since = datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    age = (datetime.now(UTC) - since).total_seconds() * 1000
    return {"s3:authType": "REST-QUERY-STRING", "s3:signatureAge": str(age)}
