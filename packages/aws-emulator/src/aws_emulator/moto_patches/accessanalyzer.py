"""IAM Access Analyzer, which moto lacks. Pages named without a book are of its API Reference."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from botocore.session import Session
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.utilities.utils import get_partition

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
# Of moto's names of modules; the host begins with `access-analyzer.`.
_SERVICE = "accessanalyzer"
_REGIONS = Session().get_available_regions(_SERVICE)
# IAM user guide, "IAM Access Analyzer quotas": analyzers of one kind in an account and region.
_MOST = 1


class _NoAnalyzerError(JsonRESTError):
    code = 404

    def __init__(self, what: str) -> None:
        super().__init__("ResourceNotFoundException", f"{what} does not exist")


class _ConflictError(JsonRESTError):
    code = 409

    def __init__(self, name: str) -> None:
        super().__init__("ConflictException", f"An analyzer with the name {name} already exists")


class _QuotaError(JsonRESTError):
    code = 402

    def __init__(self, kind: str) -> None:
        super().__init__("ServiceQuotaExceededException", f"The account has an analyzer of type {kind}")


class AccessAnalyzerBackend(BaseBackend):
    """The analyzers of one region, by name."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.analyzers: dict[str, Json] = {}

    @property
    def url_bases(self) -> list[str]:
        """The hosts of the service."""
        return [r"https?://access-analyzer\.(.+)\.amazonaws\.com"]

    @property
    def url_paths(self) -> dict[str, Any]:
        """The paths of its calls."""
        paths = ("/analyzer$", "/analyzer/(?P<analyzerName>[^/]+)$", "/tags/(?P<resourceArn>.+)$")
        return dict.fromkeys(paths, AccessAnalyzerResponse.dispatch)

    def analyzer(self, name: str) -> Json:
        """An analyzer, or the refusal of a name that none has."""
        if name not in self.analyzers:
            raise _NoAnalyzerError(name)
        return self.analyzers[name]


accessanalyzer_backends = BackendDict(
    AccessAnalyzerBackend, _SERVICE, use_boto3_regions=False, additional_regions=_REGIONS
)


class AccessAnalyzerResponse(BaseResponse):
    """The calls. An analyzer is active at once and finds nothing."""

    def __init__(self) -> None:
        super().__init__(service_name=_SERVICE)

    @property
    def _backend(self) -> AccessAnalyzerBackend:
        found: AccessAnalyzerBackend = accessanalyzer_backends[self.current_account][self.region]
        return found

    @property
    def _name(self) -> str:
        return unquote(self.path.rpartition("/")[2])

    def create_analyzer(self) -> ActionResult:
        """CreateAnalyzer: names are unique, and so are kinds of analyzers of an account."""
        name, kind = self._get_param("analyzerName"), self._get_param("type")
        held = self._backend.analyzers
        if name in held:
            raise _ConflictError(name)
        if len([one for one in held.values() if one["type"] == kind]) >= _MOST:
            raise _QuotaError(kind)
        place = f"{self.region}:{self.current_account}"
        arn = f"arn:{get_partition(self.region)}:access-analyzer:{place}:analyzer/{name}"
        held[name] = {
            "arn": arn,
            "name": name,
            "type": kind,
            "status": "ACTIVE",
            "createdAt": datetime.now(UTC),
            "tags": dict(self._get_param("tags") or {}),
            **({"configuration": given} if (given := self._get_param("configuration")) else {}),
        }
        return ActionResult({"arn": arn})

    def get_analyzer(self) -> ActionResult:
        """GetAnalyzer."""
        return ActionResult({"analyzer": self._backend.analyzer(self._name)})

    def list_analyzers(self) -> ActionResult:
        """ListAnalyzers, by their type where one is asked for."""
        kind = self._get_param("type")
        found = [one for one in self._backend.analyzers.values() if kind in (None, one["type"])]
        return ActionResult({"analyzers": found})

    def update_analyzer(self) -> ActionResult:
        """UpdateAnalyzer: another configuration."""
        analyzer = self._backend.analyzer(self._name)
        analyzer["configuration"] = self._get_param("configuration")
        return ActionResult({"configuration": analyzer["configuration"]})

    def delete_analyzer(self) -> EmptyResult:
        """DeleteAnalyzer."""
        self._backend.analyzer(self._name)
        del self._backend.analyzers[self._name]
        return EmptyResult()

    def list_tags_for_resource(self) -> ActionResult:
        """ListTagsForResource."""
        return ActionResult({"tags": self._tags()})

    def tag_resource(self) -> EmptyResult:
        """TagResource."""
        self._tags().update(self._get_param("tags"))
        return EmptyResult()

    def untag_resource(self) -> EmptyResult:
        """UntagResource."""
        tags = self._tags()
        for key in self.querystring["tagKeys"]:
            tags.pop(key, None)
        return EmptyResult()

    def _tags(self) -> dict[str, str]:
        arn = unquote(self.path.partition("/tags/")[2])
        for analyzer in self._backend.analyzers.values():
            if analyzer["arn"] == arn:
                tags: dict[str, str] = analyzer["tags"]
                return tags
        raise _NoAnalyzerError(arn)


class Dispatch(Patch, of=DomainDispatcherApplication):
    """moto finds a service by its host, and its code by the name `moto.<service>`; it has none of this."""

    @classmethod
    def apply(cls) -> None:
        """Let moto import this module as the service's."""
        super().apply()
        sys.modules[f"moto.{_SERVICE}"] = sys.modules[__name__]

    def get_backend_for_host(self: Any, host: str | None) -> Any:
        """The service of a host."""
        if host and host.startswith("access-analyzer."):
            return _SERVICE
        return Dispatch.moto.get_backend_for_host(self, host)
