"""CloudFront Functions: stages, versions of them, and which behavior calls which."""

from __future__ import annotations

from copy import copy
from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.exceptions import CloudFrontException, NoSuchFunctionExists
from moto.cloudfront.models import CloudFrontBackend, CloudFrontFunction, DefaultCacheBehaviour, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
DEVELOPMENT, LIVE = "DEVELOPMENT", "LIVE"
# Amazon CloudFront Developer Guide, "Restrictions on CloudFront Functions": "Maximum function size … 10 KB".
_LARGEST = 10_240


class _Refused(CloudFrontException):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


class FunctionAssociationsOfBehavior(Patch, of=DefaultCacheBehaviour):
    """DefaultCacheBehavior (Amazon CloudFront API Reference): FunctionAssociations is answered; moto drops
    it."""

    def __init__(self: Any, config: Json) -> None:
        """Keep them."""
        FunctionAssociationsOfBehavior.moto.__init__(self, config)  # type: ignore[misc]
        items = (config.get("FunctionAssociations") or {}).get("Items") or []
        self.function_associations = {"Quantity": len(items), "Items": items}


class FunctionStages(Patch, of=CloudFrontBackend):
    """CreateFunction, UpdateFunction, PublishFunction, DeleteFunction (Amazon CloudFront API Reference): a
    function has a DEVELOPMENT stage, which UpdateFunction changes, and a LIVE one, made by PublishFunction
    of it; it changes only for whoever names its ETag. moto has one stage, and takes every ETag.
    """

    @classmethod
    def apply(cls) -> None:
        """Let moto find PublishFunction by its path, too."""
        super().apply()
        path = "{0}/2020-05-31/function/(?P<function_name>[^/]+)/publish$"
        urls.url_paths[path] = CloudFrontResponse.dispatch

    def live_functions(self: Any) -> dict[str, CloudFrontFunction]:
        """What was published, by name."""
        live: dict[str, CloudFrontFunction] = self.__dict__.setdefault("functions_published", {})
        return live

    def create_function(self: Any, **given: Any) -> CloudFrontFunction:
        """CreateFunction: "FunctionSizeLimitExceeded: The function is too large"."""
        _check_size(given["function_code"])
        return FunctionStages.moto.create_function(self, **given)  # type: ignore[no-any-return]

    def function_of(self: Any, name: str, stage: str | None) -> CloudFrontFunction:
        """One stage of a function; without a stage, the one in development."""
        found = (self.live_functions() if stage == LIVE else self.functions).get(name)
        if found is None:
            raise NoSuchFunctionExists(name)
        return found  # type: ignore[no-any-return]

    def function_to_change(self: Any, name: str, etag: str) -> CloudFrontFunction:
        """The stage in development, for whoever has its ETag."""
        function = self.function_of(name, DEVELOPMENT)
        if function.etag != etag:
            raise _Refused("InvalidIfMatchVersion", "The If-Match version is missing or not valid.")
        return function  # type: ignore[no-any-return]

    def delete_function(self: Any, name: str, if_match: str) -> None:
        """Both stages go."""
        self.function_to_change(name, if_match)
        FunctionStages.moto.delete_function(self, name, if_match)
        self.live_functions().pop(name, None)


class FunctionCalls(Patch, of=CloudFrontResponse):
    """UpdateFunction and PublishFunction, which moto lacks; DescribeFunction and GetFunction by stage."""

    def update_function(self: Any) -> ActionResult:
        """UpdateFunction."""
        code = self._get_param("FunctionCode")
        function = self.backend.function_to_change(self._get_param("Name"), self._get_param("IfMatch"))
        _check_size(code)
        function.config, function.code = self._get_param("FunctionConfig"), code
        function.last_modified_time, function.etag = utcnow(), random_id()
        return ActionResult({"FunctionSummary": function.function_summary, "ETag": function.etag})

    def publish_function(self: Any) -> ActionResult:
        """PublishFunction."""
        function = self.backend.function_to_change(self._get_param("Name"), self._get_param("IfMatch"))
        live = copy(function)
        live.stage, live.status, live.etag = LIVE, "UNASSOCIATED", random_id()
        function.status = live.status
        self.backend.live_functions()[live.name] = live
        return ActionResult({"FunctionSummary": live.function_summary})

    def describe_function(self: Any) -> ActionResult:
        """DescribeFunction."""
        function = self.backend.function_of(self._get_param("Name"), self._get_param("Stage"))
        return ActionResult({"FunctionSummary": function.function_summary, "ETag": function.etag})

    def get_function(self: Any) -> ActionResult:
        """GetFunction."""
        function = self.backend.function_of(self._get_param("Name"), self._get_param("Stage"))
        kind = "application/octet-stream"
        return ActionResult({"FunctionCode": function.code, "ETag": function.etag, "ContentType": kind})


def _check_size(code: str | bytes) -> None:
    if len(code) > _LARGEST:
        raise _Refused("FunctionSizeLimitExceeded", f"The function is larger than {_LARGEST} bytes.")
