"""Cache policies, response headers policies and additional metrics of CloudFront."""

from __future__ import annotations

from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult

from aws_emulator.moto_patches import Patch

_ROOT = "{0}/2020-05-31"
_PATHS = (
    "cache-policy$",
    "cache-policy/(?P<id>[^/]+)$",
    "response-headers-policy$",
    "response-headers-policy/(?P<id>[^/]+)$",
    "distributions/(?P<id>[^/]+)/monitoring-subscription/?$",
)

Policy = dict[str, Any]
_LAST_MODIFIED = "2021-11-27T10:34:26.802Z"


class _NoSuch(CloudFrontException):
    def __init__(self, kind: str) -> None:
        super().__init__(f"NoSuch{kind}", "The resource does not exist.")


class _AlreadyExists(CloudFrontException):
    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind}AlreadyExists", "A policy with this name already exists.")


class Policies(Patch, of=CloudFrontBackend):
    """Cache and response headers policies, and monitoring subscriptions (Amazon CloudFront API Reference).

    moto stores none of them, and does not know their paths.
    """

    @classmethod
    def apply(cls) -> None:
        """Let moto find the calls by their paths, too."""
        super().apply()
        urls.url_paths.update({f"{_ROOT}/{path}": CloudFrontResponse.dispatch for path in _PATHS})

    def stored(self: Any, kind: str) -> dict[str, Any]:
        """What there is of one kind, by id."""
        everything: dict[str, dict[str, Any]] = self.__dict__.setdefault("policies_by_kind", {})
        return everything.setdefault(kind, {})

    def put_policy(self: Any, kind: str, config: Policy, id: str | None = None) -> ActionResult:
        """Create or replace a policy. Names are unique within an account."""
        policies = self.stored(kind)
        if id is not None and id not in policies:
            raise _NoSuch(kind)
        if any(
            known[f"{kind}Config"]["Name"] == config["Name"] and known["Id"] != id
            for known in policies.values()
        ):
            raise _AlreadyExists(kind)
        policy = {"Id": id or random_id(), "LastModifiedTime": _LAST_MODIFIED, f"{kind}Config": config}
        policies[policy["Id"]] = policy
        return ActionResult({kind: policy, "ETag": random_id(), "Location": policy["Id"]})

    def get_policy(self: Any, kind: str, id: str) -> ActionResult:
        """A policy by its id."""
        if id not in self.stored(kind):
            raise _NoSuch(kind)
        return ActionResult({kind: self.stored(kind)[id], "ETag": "E1"})

    def delete_policy(self: Any, kind: str, id: str) -> ActionResult:
        """Delete a policy."""
        if self.stored(kind).pop(id, None) is None:
            raise _NoSuch(kind)
        return EmptyResult()


class CachePolicyCalls(Patch, of=CloudFrontResponse):
    """CreateCachePolicy, GetCachePolicy, UpdateCachePolicy, DeleteCachePolicy; moto has none of them."""

    def create_cache_policy(self: Any) -> Any:
        """CreateCachePolicy."""
        return self.backend.put_policy("CachePolicy", self._get_param("CachePolicyConfig"))

    def get_cache_policy(self: Any) -> Any:
        """GetCachePolicy."""
        return self.backend.get_policy("CachePolicy", self._get_param("Id"))

    def update_cache_policy(self: Any) -> Any:
        """UpdateCachePolicy."""
        config, known = self._get_param("CachePolicyConfig"), self._get_param("Id")
        return self.backend.put_policy("CachePolicy", config, known)

    def delete_cache_policy(self: Any) -> Any:
        """DeleteCachePolicy."""
        return self.backend.delete_policy("CachePolicy", self._get_param("Id"))


class ResponseHeadersPolicyCalls(Patch, of=CloudFrontResponse):
    """CreateResponseHeadersPolicy, GetResponseHeadersPolicy, UpdateResponseHeadersPolicy and
    DeleteResponseHeadersPolicy; moto has none of them.
    """

    def create_response_headers_policy(self: Any) -> Any:
        """CreateResponseHeadersPolicy."""
        return self.backend.put_policy(
            "ResponseHeadersPolicy", self._get_param("ResponseHeadersPolicyConfig")
        )

    def get_response_headers_policy(self: Any) -> Any:
        """GetResponseHeadersPolicy."""
        return self.backend.get_policy("ResponseHeadersPolicy", self._get_param("Id"))

    def update_response_headers_policy(self: Any) -> Any:
        """UpdateResponseHeadersPolicy."""
        config, known = self._get_param("ResponseHeadersPolicyConfig"), self._get_param("Id")
        return self.backend.put_policy("ResponseHeadersPolicy", config, known)

    def delete_response_headers_policy(self: Any) -> Any:
        """DeleteResponseHeadersPolicy."""
        return self.backend.delete_policy("ResponseHeadersPolicy", self._get_param("Id"))


class MonitoringSubscriptionCalls(Patch, of=CloudFrontResponse):
    """CreateMonitoringSubscription, GetMonitoringSubscription, DeleteMonitoringSubscription: the additional
    metrics of a distribution; moto has none of them.
    """

    def create_monitoring_subscription(self: Any) -> ActionResult:
        """CreateMonitoringSubscription."""
        subscription = self._get_param("MonitoringSubscription")
        self.backend.stored("MonitoringSubscription")[self._get_param("DistributionId")] = subscription
        return ActionResult({"MonitoringSubscription": subscription})

    def get_monitoring_subscription(self: Any) -> ActionResult:
        """GetMonitoringSubscription."""
        subscriptions = self.backend.stored("MonitoringSubscription")
        if (distribution := self._get_param("DistributionId")) not in subscriptions:
            raise _NoSuch("MonitoringSubscription")
        return ActionResult({"MonitoringSubscription": subscriptions[distribution]})

    def delete_monitoring_subscription(self: Any) -> ActionResult:
        """DeleteMonitoringSubscription."""
        self.backend.stored("MonitoringSubscription").pop(self._get_param("DistributionId"), None)
        return EmptyResult()
