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
)
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...storage.bucket.bucket import Bucket
from ...storage.media.media import Media
from ..distribution.address import SiteAddress, address_problems, viewer_certificate
from ..distribution.alarms import distribution
from ..distribution.distribution import Distribution
from ..distribution.origin import create_origin_access_control, reading
from ..web_acl.web_acl import WebAcl
from .key_group import KeyGroup
from .settings import MediaDistributionSettings

_BUCKET, _REPLICA, _BOTH = "bucket", "replica", "bucket-or-replica"


class MediaDistribution(Distribution):
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
        super().__init__(scope, id, context=context, settings=settings, name=name)
        self.settings = settings
        self._media = media
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
        self._serve(settings.domains, address)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return distribution(
            key=f"{self._name}-distribution",
            title="Media",
            distribution_id=self.distribution_id,
            additional_metrics=self.settings.additional_metrics,
        )

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
                **self._files("default", settings.ttl, None)
            ),
            ordered_cache_behavior=[
                CloudfrontDistributionOrderedCacheBehavior(
                    path_pattern=one.path, **self._files(one.name, one.ttl, one.browser)
                )
                for one in settings.behaviors
            ],
            restrictions=self._restrictions(),
            viewer_certificate=viewer_certificate(address, settings.domains),
            # What needs no signature, anybody may read.
            tags=context.tags.override(
                Service=self._name, **({} if settings.signed else {"DataClassification": "public"})
            ),
        )

    def _files(self, name: str, ttl: int, cache_control: str | None) -> dict[str, Any]:
        target = _BOTH if _REPLICA in self._buckets else _BUCKET
        origins = self._media.settings.origins
        group = self._key_group if self.settings.is_signed(name) else None
        return {
            **self._behavior(name, ttl, cache_control, target=target, origins=origins),
            "trusted_key_groups": [group.id] if group else None,
        }


def _failover() -> CloudfrontDistributionOriginGroup:
    return CloudfrontDistributionOriginGroup(
        origin_id=_BOTH,
        failover_criteria=CloudfrontDistributionOriginGroupFailoverCriteria(
            status_codes=[500, 502, 503, 504]
        ),
        member=[CloudfrontDistributionOriginGroupMember(origin_id=one) for one in (_BUCKET, _REPLICA)],
    )
