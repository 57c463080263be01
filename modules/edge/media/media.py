"""Media files at the edge: CloudFront before a media bucket."""

from __future__ import annotations

from typing import Any

from cdktf_cdktf_provider_aws.cloudfront_distribution import (
    CloudfrontDistribution,
    CloudfrontDistributionDefaultCacheBehavior,
    CloudfrontDistributionOrderedCacheBehavior,
    CloudfrontDistributionOrigin,
    CloudfrontDistributionOriginGroup,
    CloudfrontDistributionOriginGroupFailoverCriteria,
    CloudfrontDistributionOriginGroupMember,
    CloudfrontDistributionRestrictions,
    CloudfrontDistributionRestrictionsGeoRestriction,
)
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...storage.bucket.bucket import Bucket
from ...storage.media.media import Media
from ..distribution.address import SiteAddress, address_problems, viewer_certificate
from ..distribution.alarms import distribution
from ..distribution.logs import DistributionLogs
from ..distribution.metrics import enable_additional_metrics
from ..distribution.origin import create_origin_access_control, reading
from ..distribution.policies import create_cache_policy, create_headers_policy
from ..web_acl.web_acl import WebAcl
from .key_group import KeyGroup
from .settings import MediaDistributionSettings

_BUCKET, _REPLICA, _BOTH = "bucket", "replica", "bucket-or-replica"


class MediaDistribution(Construct):
    """The files of a media bucket on CloudFront, open to all or to signed URLs and cookies.

    Creates: origin access control, and the statements of the buckets' policies that let this distribution
    alone read; the distribution, with the replica as second origin; a cache policy and a response headers
    policy for each behavior; with `signed` its key group; alias records; a bucket of access logs and, if set,
    the additional metrics.

    Raises ProblemsError when a domain is outside the zone, is not covered by the certificate, or has no
    `address`, and when the web ACL's scope is not CLOUDFRONT.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        media: Media,
        settings: MediaDistributionSettings,
        address: SiteAddress | None = None,
        web_acl: WebAcl | None = None,
        name: str = "media",
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context, self._media, self._name = context, media, name
        where = f"media distribution {name}"
        if problems := list(address_problems(where, settings.domains, address, web_acl)):
            raise ProblemsError(problems)
        self._buckets = self._origins()
        self._key_group = (
            KeyGroup(self, "key-group", context=context, name=name, settings=settings.signed)
            if settings.signed
            else None
        )
        self._distribution = self._create(address, web_acl)
        for bucket in self._buckets.values():
            # Not s3:ListBucket: the address without a path would answer with the list of all files.
            resource = f"{bucket.arn}/*"
            bucket.allow(
                reading(
                    sid="CloudFrontReads",
                    action="s3:GetObject",
                    resource=resource,
                    distribution_arn=self.arn,
                )
            )
        for domain in settings.domains:
            if address:
                address.zone.alias(domain, self)
        self._observe()

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
        return f"https://{self.settings.domains[0] if self.settings.domains else self.dns_name}"

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return distribution(
            key=f"{self._name}-distribution",
            title="Media",
            distribution_id=self.distribution_id,
            additional_metrics=self.settings.additional_metrics,
        )

    @property
    def invalidation_statements(self) -> tuple[Statement, ...]:
        """Permissions to take files out of the caches before their time."""
        actions = ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"]
        return (Statement(actions=actions, resources=[self.arn]),)

    def client_access(self, *, signing_key: str | None = None) -> ClientAccess:
        """What a service needs to name files: their URL, and the id of the public key whose private it has.

        The private key is no part of it: people enter it into the environment's secret. Raises ProblemsError
        for the name of a key that is not in the settings.
        """
        environment = {"MEDIA_URL": self.url}
        if signing_key:
            known = self.settings.signed.public_keys if self.settings.signed else {}
            if not self._key_group or signing_key not in known:
                allowed = ", ".join(known) or "none, since nothing is signed"
                why = refusal(got=repr(signing_key), allowed=allowed, fix="add it to public_keys")
                raise ProblemsError.one(f"signing_key of {self._name}", why)
            environment["MEDIA_SIGNING_KEY_ID"] = self._key_group.key_id(signing_key)
        return ClientAccess(environment=environment)

    def _origins(self) -> dict[str, Bucket]:
        replica = self._media.replica if self.settings.failover else None
        return {_BUCKET: self._media.bucket, **({_REPLICA: replica} if replica else {})}

    def _create(self, address: SiteAddress | None, web_acl: WebAcl | None) -> CloudfrontDistribution:
        settings, context = self.settings, self._context
        access = create_origin_access_control(self, context=context, name=self._name)
        return CloudfrontDistribution(
            self,
            "Default",
            enabled=True,
            comment=context.naming.of(Limit.CDN_POLICY, self._name),
            aliases=list(settings.domains) or None,
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class=settings.price_class,
            web_acl_id=web_acl.arn if web_acl else None,
            origin=[
                CloudfrontDistributionOrigin(
                    origin_id=origin,
                    domain_name=bucket.regional_domain_name,
                    origin_access_control_id=access.id,
                )
                for origin, bucket in self._buckets.items()
            ],
            origin_group=[_failover()] if _REPLICA in self._buckets else None,
            default_cache_behavior=CloudfrontDistributionDefaultCacheBehavior(
                **self._behavior("default", settings.ttl, None)
            ),
            ordered_cache_behavior=[
                CloudfrontDistributionOrderedCacheBehavior(
                    path_pattern=one.path, **self._behavior(one.name, one.ttl, one.browser)
                )
                for one in settings.behaviors
            ],
            restrictions=CloudfrontDistributionRestrictions(
                geo_restriction=CloudfrontDistributionRestrictionsGeoRestriction(
                    restriction_type="whitelist" if settings.allowed_countries else "none",
                    locations=list(settings.allowed_countries),
                )
            ),
            viewer_certificate=viewer_certificate(address, settings.domains),
            # What needs no signature, anybody may read.
            tags=context.tags.override(
                Service=self._name, **({} if settings.signed else {"DataClassification": "public"})
            ),
        )

    def _behavior(self, name: str, ttl: int, cache_control: str | None) -> dict[str, Any]:
        physical_name = self._context.naming.of(Limit.CDN_POLICY, self._name, name)
        cache = create_cache_policy(self, f"{name}-cache-policy", name=physical_name, ttl=ttl)
        headers = create_headers_policy(
            self,
            f"{name}-headers-policy",
            name=physical_name,
            headers=self.settings.headers,
            cache_control=cache_control,
            origins=self._media.settings.origins,
        )
        group = self._key_group if self.settings.is_signed(name) else None
        return {
            "target_origin_id": _BOTH if _REPLICA in self._buckets else _BUCKET,
            "allowed_methods": ["GET", "HEAD", "OPTIONS"],
            "cached_methods": ["GET", "HEAD"],
            "viewer_protocol_policy": "redirect-to-https",
            "compress": True,
            "cache_policy_id": cache.id,
            "response_headers_policy_id": headers.id,
            "trusted_key_groups": [group.id] if group else None,
        }

    def _observe(self) -> None:
        if self.settings.log_retention_days:
            DistributionLogs(
                self,
                "logs",
                context=self._context,
                name=self._name,
                distribution_arn=self.arn,
                days=self.settings.log_retention_days,
                protected=self.settings.protected,
            )
        if self.settings.additional_metrics:
            enable_additional_metrics(self, distribution_id=self.distribution_id)


def _failover() -> CloudfrontDistributionOriginGroup:
    return CloudfrontDistributionOriginGroup(
        origin_id=_BOTH,
        failover_criteria=CloudfrontDistributionOriginGroupFailoverCriteria(
            status_codes=[500, 502, 503, 504]
        ),
        member=[CloudfrontDistributionOriginGroupMember(origin_id=one) for one in (_BUCKET, _REPLICA)],
    )
