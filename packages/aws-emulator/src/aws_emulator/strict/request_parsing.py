"""A call as its operation and parameters, read with moto's router and parsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gzip import decompress
from io import BytesIO
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model

from aws_emulator.calls import Call

# Classic load balancers are signed for as the others are; the version of the API tells them apart.
_CLASSIC = b"Version=2012-06-01"
# The name a request is signed for → the name of botocore's model, where they differ.
_SERVICES = {
    "monitoring": "cloudwatch",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
    "email": "ses",
    "tagging": "resourcegroupstaggingapi",
}


@dataclass(frozen=True, kw_only=True)
class ParsedRequest:
    """A call that was read: `shape` is botocore's model of its input, None where it takes none."""

    service: str
    operation: str
    protocol: str
    shape: Any
    parameters: Mapping[str, Any]


def parsed(call: Call) -> ParsedRequest | None:
    """The operation that a call names and its parameters; None where nothing is known of it."""
    if (signed_for := call.service) is None:
        return None
    service = _SERVICES.get(signed_for, signed_for)
    if service == "elbv2" and _CLASSIC in call.body:
        service = "elb"
    try:
        request = _request(call)
        protocol = determine_request_protocol(get_service_model(service), request.content_type)
        operation, uri = get_service_router(service).match(request)
        again = _request(call)
        parameters = PROTOCOL_PARSERS[protocol](operation).parse(
            {
                "method": again.method,
                "values": again.values,
                "headers": again.headers,
                "body": again.data if not again.form else call.body,
                "url_path": again.path,
                "url_params": uri,
            }
        )
    except Exception:  # noqa: BLE001 - whatever moto can't read, it refuses itself
        return None
    model = _model(service).operation_model(operation.name)
    return ParsedRequest(
        service=service,
        operation=operation.name,
        protocol=protocol,
        shape=model.input_shape,
        parameters=dict(parameters),
    )


def _request(call: Call) -> Any:
    body, environ = call.body, dict(call.environ)
    if environ.pop("HTTP_CONTENT_ENCODING", "") == "gzip":
        # The SDKs compress large requests (AWS SDKs and Tools Reference Guide, "Request compression").
        body = decompress(body)
    return Request({**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))})


@cache
def _model(service: str) -> ServiceModel:
    """botocore's own model: moto's is changed in places to what moto can do."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)
