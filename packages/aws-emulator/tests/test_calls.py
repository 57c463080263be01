"""What a call is named in the log, and how it is refused in the protocol it came in."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from aws_emulator.calls import Call

SIGNED = "AWS4-HMAC-SHA256 Credential=emulator/20250101/eu-west-1/{}/aws4_request, SignedHeaders=host"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def call(service: str = "", body: bytes = b"", **environ: Any) -> Call:
    request = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "QUERY_STRING": "", **environ}
    if service:
        request["HTTP_AUTHORIZATION"] = SIGNED.format(service)
    return Call(environ=request, body=body)


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (call("ec2", b"Action=DescribeVpcs&Version=1", CONTENT_TYPE=FORM), "ec2 DescribeVpcs"),
        (call("ec2", b"Version=1&Action=DescribeVpcs", CONTENT_TYPE=FORM), "ec2 DescribeVpcs"),
        (call("dynamodb", HTTP_X_AMZ_TARGET="DynamoDB_20120810.PutItem"), "dynamodb PutItem"),
        (call("s3", b"Action=GetObject", PATH_INFO="/bucket", QUERY_STRING="acl"), "s3 POST /bucket?acl"),
        (call(REQUEST_METHOD="GET", PATH_INFO="/moto-api/"), "- GET /moto-api/"),
    ],
)
def test_a_call_is_named(found: Call, name: str) -> None:
    assert str(found) == name


def test_a_form_is_refused_in_xml() -> None:
    answer = call("ec2", CONTENT_TYPE=FORM).refused(501, "NotImplemented", "a < b")
    assert (answer.code, answer.headers) == (501, [("Content-Type", "text/xml")])
    error = Xml.fromstring(answer.body).find("Error")  # noqa: S314 - this package's own
    assert error is not None
    assert (error.findtext("Code"), error.findtext("Message")) == ("NotImplemented", "a < b")


def test_anything_else_is_refused_in_json() -> None:
    answer = call("ecs").refused(500, "InternalError", "it failed")
    assert ("X-Amzn-ErrorType", "InternalError") in answer.headers
    assert json.loads(answer.body) == {"__type": "InternalError", "message": "it failed"}
