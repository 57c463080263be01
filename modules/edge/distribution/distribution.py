"""What a website and a media distribution have in common as constructs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from cdktf_cdktf_provider_aws.cloudfront_distribution import (
    CloudfrontDistribution,
    CloudfrontDistributionRestrictions,
    CloudfrontDistributionRestrictionsGeoRestriction,
)
from constructs import Construct

from ...context import Context
from ...dns.names import Domain
from ...iam.policy import Statement
from ...naming import Limit
from .address import SiteAddress
from .logs import DistributionLogs
from .metrics import enable_additional_metrics
from .policies import create_cache_policy, create_headers_policy
from .settings import SecurityHeaders


class DistributionSettings(Protocol):
    """The settings that both have."""

    @property
    def domains(self) -> tuple[Domain, ...]:
        """Hosts of the zone."""

    @property
    def protected(self) -> bool:
        """Whether a plan may not destroy what holds data."""

    @property
    def headers(self) -> SecurityHeaders:
        """Security headers."""

    @property
    def allowed_countries(self) -> tuple[str, ...]:
        """Allowed countries; empty means all."""

    @property
    def additional_metrics(self) -> bool:
        """Whether CloudFront's additional metrics are on."""

    @property
    def log_retention_days(self) -> int | None:
        """How long access logs are kept; None: there are none."""


class Distribution(Construct):
    """A CloudFront distribution, which a subclass creates as `_distribution`.

    `name` is a part of the names of its policies and logs.
    """

    _distribution: CloudfrontDistribution

    def __init__(
        self, scope: Construct, id: str, *, context: Context, settings: DistributionSettings, name: str
    ) -> None:
        super().__init__(scope, id)
        self._context, self._shared, self._name = context, settings, name

    @property
    def arn(self) -> str:
        """The distribution's ARN."""
        return str(self._distribution.arn)

    @property
    def distribution_id(self) -> str:
        """The distribution's id, for invalidations and for CloudWatch's metrics."""
        return str(self._distribution.id)

    @property
    def dns_name(self) -> str:
        """The distribution's domain name, the target of alias records."""
        return str(self._distribution.domain_name)

    @property
    def dns_zone_id(self) -> str:
        """The hosted zone id of `dns_name`."""
        return str(self._distribution.hosted_zone_id)

    @property
    def url(self) -> str:
        """The public URL."""
        return f"https://{self._shared.domains[0] if self._shared.domains else self.dns_name}"

    @property
    def invalidation_statements(self) -> tuple[Statement, ...]:
        """Permissions to take files out of the caches before their time."""
        actions = ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"]
        return (Statement(actions=actions, resources=[self.arn]),)

    def _behavior(
        self, name: str, ttl: int, cache_control: str | None, *, target: str, origins: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Arguments of a cache behavior. Creates: its cache policy and its response headers policy."""
        physical_name = self._context.naming.of(Limit.CDN_POLICY, self._name, name)
        cache = create_cache_policy(self, f"{name}-cache-policy", name=physical_name, ttl=ttl)
        headers = create_headers_policy(
            self,
            f"{name}-headers-policy",
            name=physical_name,
            headers=self._shared.headers,
            cache_control=cache_control,
            origins=origins,
        )
        return {
            "target_origin_id": target,
            "allowed_methods": ["GET", "HEAD", "OPTIONS"],
            "cached_methods": ["GET", "HEAD"],
            "viewer_protocol_policy": "redirect-to-https",
            "compress": True,
            "cache_policy_id": cache.id,
            "response_headers_policy_id": headers.id,
        }

    def _restrictions(self) -> CloudfrontDistributionRestrictions:
        countries = self._shared.allowed_countries
        return CloudfrontDistributionRestrictions(
            geo_restriction=CloudfrontDistributionRestrictionsGeoRestriction(
                restriction_type="whitelist" if countries else "none", locations=list(countries)
            )
        )

    def _serve(self, hosts: Sequence[Domain], address: SiteAddress | None) -> None:
        """Create the alias records of `hosts`, and as set the access logs and the additional metrics."""
        for host in hosts:
            if address:
                address.zone.alias(host, self)
        if self._shared.log_retention_days:
            DistributionLogs(
                self,
                "logs",
                context=self._context,
                name=self._name,
                distribution_arn=self.arn,
                days=self._shared.log_retention_days,
                protected=self._shared.protected,
            )
        if self._shared.additional_metrics:
            enable_additional_metrics(self, distribution_id=self.distribution_id)
