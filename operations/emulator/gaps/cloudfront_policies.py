"""Cache policies, response headers policies and additional metrics of CloudFront."""

from __future__ import annotations

from typing import Any

from moto.cloudfront import urls
from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult

from operations.emulator.gaps import Gap

_ROOT = "{0}/2020-05-31"
for path in (
    "cache-policy$",
    "cache-policy/(?P<id>[^/]+)$",
    "response-headers-policy$",
    "response-headers-policy/(?P<id>[^/]+)$",
    "distributions/(?P<id>[^/]+)/monitoring-subscription/?$",
):
    urls.url_paths[f"{_ROOT}/{path}"] = CloudFrontResponse.dispatch

Policy = dict[str, Any]
_LAST_MODIFIED = "2021-11-27T10:34:26.802Z"


class _NoSuch(CloudFrontException):
    def __init__(self, kind: str) -> None:
        super().__init__(f"NoSuch{kind}", "The resource does not exist.")


class _AlreadyExists(CloudFrontException):
    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind}AlreadyExists", "A policy with this name already exists.")


class Policies(Gap, of=CloudFrontBackend):
    """Cache and response headers policies, and monitoring subscriptions (Amazon CloudFront API Reference)."""

    def stored(self: Any, kind: str) -> dict[str, Any]:
        """What there is of one kind, by id."""
        everything: dict[str, dict[str, Any]] = self.__dict__.setdefault("gap_stored", {})
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
        """Forget a policy. That AWS refuses to while a distribution uses it is not checked."""
        if self.stored(kind).pop(id, None) is None:
            raise _NoSuch(kind)
        return EmptyResult()


class CachePolicyCalls(Gap, of=CloudFrontResponse):
    """CreateCachePolicy, GetCachePolicy, UpdateCachePolicy, DeleteCachePolicy; moto has none of them."""

    def create_cache_policy(self: Any) -> Any:
        """Named as in the API reference."""
        return self.backend.put_policy("CachePolicy", self._get_param("CachePolicyConfig"))

    def get_cache_policy(self: Any) -> Any:
        """Named as in the API reference."""
        return self.backend.get_policy("CachePolicy", self._get_param("Id"))

    def update_cache_policy(self: Any) -> Any:
        """Named as in the API reference."""
        config, known = self._get_param("CachePolicyConfig"), self._get_param("Id")
        return self.backend.put_policy("CachePolicy", config, known)

    def delete_cache_policy(self: Any) -> Any:
        """Named as in the API reference."""
        return self.backend.delete_policy("CachePolicy", self._get_param("Id"))


class ResponseHeadersPolicyCalls(Gap, of=CloudFrontResponse):
    """CreateResponseHeadersPolicy and its kin; moto has none of them."""

    def create_response_headers_policy(self: Any) -> Any:
        """Named as in the API reference."""
        return self.backend.put_policy(
            "ResponseHeadersPolicy", self._get_param("ResponseHeadersPolicyConfig")
        )

    def get_response_headers_policy(self: Any) -> Any:
        """Named as in the API reference."""
        return self.backend.get_policy("ResponseHeadersPolicy", self._get_param("Id"))

    def update_response_headers_policy(self: Any) -> Any:
        """Named as in the API reference."""
        config, known = self._get_param("ResponseHeadersPolicyConfig"), self._get_param("Id")
        return self.backend.put_policy("ResponseHeadersPolicy", config, known)

    def delete_response_headers_policy(self: Any) -> Any:
        """Named as in the API reference."""
        return self.backend.delete_policy("ResponseHeadersPolicy", self._get_param("Id"))


class MonitoringSubscriptionCalls(Gap, of=CloudFrontResponse):
    """CreateMonitoringSubscription, Get…, Delete…: a distribution's additional metrics; moto has none."""

    def create_monitoring_subscription(self: Any) -> ActionResult:
        """Named as in the API reference."""
        subscription = self._get_param("MonitoringSubscription")
        self.backend.stored("MonitoringSubscription")[self._get_param("DistributionId")] = subscription
        return ActionResult({"MonitoringSubscription": subscription})

    def get_monitoring_subscription(self: Any) -> ActionResult:
        """Named as in the API reference."""
        subscriptions = self.backend.stored("MonitoringSubscription")
        if (distribution := self._get_param("DistributionId")) not in subscriptions:
            raise _NoSuch("MonitoringSubscription")
        return ActionResult({"MonitoringSubscription": subscriptions[distribution]})

    def delete_monitoring_subscription(self: Any) -> ActionResult:
        """Named as in the API reference."""
        self.backend.stored("MonitoringSubscription").pop(self._get_param("DistributionId"), None)
        return EmptyResult()
