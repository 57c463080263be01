"""AWS CodeConnections, which moto lacks."""

from __future__ import annotations

import sys
from typing import Any

from botocore.session import Session
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from aws_emulator.moto_patches import Patch

_SERVICE = "codeconnections"
# botocore lists those of the service's former name.
_REGIONS = Session().get_available_regions("codestar-connections")


class _NoConnectionError(JsonRESTError):
    def __init__(self, arn: str) -> None:
        super().__init__("ResourceNotFoundException", f"Resource not found: {arn}")


class CodeConnectionsBackend(BaseBackend):
    """The connections of one region, by ARN, and their tags."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.connections: dict[str, dict[str, str]] = {}
        self.tags: dict[str, dict[str, str]] = {}

    @property
    def url_bases(self) -> list[str]:
        """The hosts of the service."""
        return [rf"https?://{_SERVICE}\.(.+)\.amazonaws\.com"]

    @property
    def url_paths(self) -> dict[str, Any]:
        """The one path of its calls."""
        return {"/$": CodeConnectionsResponse.dispatch}

    def connection(self, arn: str) -> dict[str, str]:
        """A connection, or the refusal of an ARN that none has."""
        if arn not in self.connections:
            raise _NoConnectionError(arn)
        return self.connections[arn]


codeconnections_backends = BackendDict(
    CodeConnectionsBackend, _SERVICE, use_boto3_regions=False, additional_regions=_REGIONS
)


class CodeConnectionsResponse(BaseResponse):
    """The calls (AWS CodeConnections API Reference); a connection stays PENDING, as nobody approves it."""

    def __init__(self) -> None:
        super().__init__(service_name=_SERVICE)

    @property
    def _backend(self) -> CodeConnectionsBackend:
        found: CodeConnectionsBackend = codeconnections_backends[self.current_account][self.region]
        return found

    def create_connection(self) -> ActionResult:
        """CreateConnection: "The connection is in pending status when it is created"."""
        host = self._get_param("HostArn")
        unique = mock_random.uuid4()
        arn = f"arn:aws:{_SERVICE}:{self.region}:{self.current_account}:connection/{unique}"
        connection = {
            "ConnectionArn": arn,
            "ConnectionName": self._get_param("ConnectionName"),
            "ConnectionStatus": "PENDING",
            "OwnerAccountId": self.current_account,
            "ProviderType": self._get_param("ProviderType"),
            **({"HostArn": host} if host else {}),
        }
        self._backend.connections[arn] = connection
        tags = self._get_param("Tags") or []
        self._backend.tags[arn] = {tag["Key"]: tag["Value"] for tag in tags}
        return ActionResult({"ConnectionArn": arn, "Tags": tags})

    def get_connection(self) -> ActionResult:
        """GetConnection."""
        return ActionResult({"Connection": self._backend.connection(self._get_param("ConnectionArn"))})

    def list_connections(self) -> ActionResult:
        """ListConnections, without its filters."""
        return ActionResult({"Connections": list(self._backend.connections.values())})

    def delete_connection(self) -> EmptyResult:
        """DeleteConnection."""
        arn = self._get_param("ConnectionArn")
        self._backend.connection(arn)
        del self._backend.connections[arn], self._backend.tags[arn]
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """ListTagsForResource."""
        tags = self._tags()
        return ActionResult({"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]})

    def tag_resource(self) -> EmptyResult:
        """TagResource."""
        self._tags().update({tag["Key"]: tag["Value"] for tag in self._get_param("Tags")})
        return EmptyResult()

    def untag_resource(self) -> EmptyResult:
        """UntagResource."""
        tags = self._tags()
        for key in self._get_param("TagKeys"):
            tags.pop(key, None)
        return EmptyResult()

    def _tags(self) -> dict[str, str]:
        arn = self._get_param("ResourceArn")
        self._backend.connection(arn)
        return self._backend.tags[arn]


class Dispatch(Patch, of=DomainDispatcherApplication):
    """moto finds a service by its host, and its code by the name `moto.<service>`; it has none of this."""

    @classmethod
    def apply(cls) -> None:
        """Let moto import this module as the service's."""
        super().apply()
        sys.modules[f"moto.{_SERVICE}"] = sys.modules[__name__]

    def get_backend_for_host(self: Any, host: str | None) -> Any:
        """The service of a host."""
        if host and host.startswith(f"{_SERVICE}."):
            return _SERVICE
        return Dispatch.moto.get_backend_for_host(self, host)
