"""A static website: a private bucket behind CloudFront."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from cdktf_cdktf_provider_aws.cloudfront_distribution import (
    CloudfrontDistribution,
    CloudfrontDistributionDefaultCacheBehavior,
    CloudfrontDistributionDefaultCacheBehaviorFunctionAssociation,
    CloudfrontDistributionOrderedCacheBehavior,
    CloudfrontDistributionOrderedCacheBehaviorFunctionAssociation,
)
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.policy import Statement
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...storage.bucket.alarms import replication
from ...storage.bucket.bucket import Bucket
from ...storage.bucket.replication import RULE, Replication
from ...storage.bucket.settings import BucketSettings, LifecycleRule
from ..distribution.address import SiteAddress as SiteAddress
from ..distribution.address import address_problems, viewer_certificate
from ..distribution.alarms import distribution
from ..distribution.distribution import Distribution
from ..distribution.origin import create_origin_access_control, reading
from ..distribution.policies import error_responses
from ..viewer_request.steps import Step, answer_while_paused, redirect_hosts, serve_entry_page
from ..viewer_request.viewer_request import ViewerRequest
from ..web_acl.web_acl import WebAcl
from .replica import BUCKET, REPLICA, groups, origin, target
from .settings import PUBLISH_RECORD, WebsiteSettings

_Association = TypeVar("_Association")


class Website(Distribution):
    """A static website on CloudFront and S3.

    Creates: the bucket, readable by the distribution only; its origin access control; the distribution; a
    cache policy and a response headers policy for each behavior; a function: it answers while the stack
    is paused, then runs `steps` and those that its settings need; alias records of the domains; a bucket of
    access logs and, if set, the additional metrics; with `replica_region`, a replica of the bucket there, to
    which CloudFront falls back.

    Raises ProblemsError when a domain is outside the zone, is not covered by the certificate, or has no
    `address`, when the web ACL's scope is not CLOUDFRONT, and when the replica's region is the stack's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: WebsiteSettings,
        address: SiteAddress | None = None,
        web_acl: WebAcl | None = None,
        steps: Sequence[Step] = (),
        name: str = "website",
    ) -> None:
        super().__init__(scope, id, context=context, settings=settings, name=name)
        self.settings = settings
        if problems := list(address_problems(f"website {name}", settings.hosts, address, web_acl)):
            raise ProblemsError(problems)
        self.bucket = self._create_bucket("bucket")
        self.replica = self._create_replica()
        self._function_arn = self._create_function(steps)
        self._distribution = self._create_distribution(address, web_acl)
        for bucket in (self.bucket, *([self.replica] if self.replica else [])):
            self._allow_origin_access(bucket)
        self._serve(settings.hosts, address)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        more = self.settings.additional_metrics
        own = distribution(
            key=self._name,
            title="Website" if self._name == "website" else self._name,
            distribution_id=self.distribution_id,
            additional_metrics=more,
        )
        if not self.replica:
            return own
        shown, alarm = replication(bucket=self.bucket.name, replica=self.replica.name, rule=RULE)
        return replace(own, widgets=(*own.widgets, shown), alarms=(*own.alarms, alarm))

    @property
    def deployment_statements(self) -> tuple[Statement, ...]:
        """Permissions of `infra publish`: replace and restore files in the bucket, create invalidations."""
        why = "cloudfront:ListDistributions takes no resource: the one of this bucket is found among all"
        return (
            Statement(actions=["s3:ListBucket"], resources=[self.bucket.arn]),
            Statement(
                actions=["s3:PutObject", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion"],
                resources=[f"{self.bucket.arn}/*"],
            ),
            Statement(actions=["cloudfront:ListDistributions"], resources=["*"], wildcard_reason=why),
            Statement(actions=["cloudfront:GetFunction"], resources=[self._function_arn]),
            *self.invalidation_statements,
        )

    def _create_replica(self) -> Bucket | None:
        region = self.settings.replica_region
        if region is None:
            return None
        if region == self._context.region:
            why = refusal(got=f"{region}, the stack's own", allowed="another region", fix="choose one")
            raise ProblemsError.one(f"website {self._name} replica_region", why)
        replica = self._create_bucket("replica-bucket", region)
        Replication(
            self,
            "replication",
            context=self._context,
            name=self._name,
            source=self.bucket,
            replica=replica,
            keys=None,
            # A release deletes files of the one before.
            deletions=True,
        )
        return replica

    def _create_bucket(self, id: str, region: str | None = None) -> Bucket:
        return Bucket(
            self,
            id,
            context=self._context,
            name=self._name,
            settings=BucketSettings(
                protected=self.settings.protected,
                lifecycle=(
                    LifecycleRule(
                        name="noncurrent-versions", expire_noncurrent_days=self.settings.keep_versions_days
                    ),
                ),
            ),
            tags=self._context.tags.override(Service=self._name, DataClassification="public"),
            region=region,
        )

    def _create_function(self, steps: Sequence[Step]) -> str:
        domains, redirected = self.settings.domains, self.settings.redirected_domains
        hosts = [redirect_hosts(redirected, domains[0])] if redirected else []
        pages = [serve_entry_page(self.settings.index_document)] if self.settings.single_page else []
        steps = [answer_while_paused(self._context.pause.template), *steps, *hosts, *pages]
        return ViewerRequest(self, "viewer-request", context=self._context, name=self._name, steps=steps).arn

    def _create_distribution(
        self, address: SiteAddress | None, web_acl: WebAcl | None
    ) -> CloudfrontDistribution:
        settings = self.settings
        access = create_origin_access_control(self, context=self._context, name=self._name)
        return CloudfrontDistribution(
            self,
            "Default",
            enabled=True,
            comment=self._context.naming.of(Limit.CDN_POLICY, self._name),
            aliases=list(settings.hosts) or None,
            default_root_object=settings.index_document,
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class=settings.price_class,
            web_acl_id=web_acl.arn if web_acl else None,
            origin=[
                origin(BUCKET, self.bucket, str(access.id)),
                *([origin(REPLICA, self.replica, str(access.id))] if self.replica else []),
            ],
            origin_group=groups(self.replica),
            default_cache_behavior=CloudfrontDistributionDefaultCacheBehavior(
                **self._behavior("default", settings.ttl, None, target=target(self.replica)),
                function_association=self._call(
                    CloudfrontDistributionDefaultCacheBehaviorFunctionAssociation
                ),
            ),
            ordered_cache_behavior=[
                CloudfrontDistributionOrderedCacheBehavior(
                    path_pattern=one.path,
                    **self._behavior(one.name, one.ttl, one.browser, target=target(self.replica)),
                    function_association=self._call(
                        CloudfrontDistributionOrderedCacheBehaviorFunctionAssociation
                    ),
                )
                for one in settings.behaviors
            ],
            custom_error_response=error_responses(settings.index_document) if settings.single_page else None,
            restrictions=self._restrictions(),
            viewer_certificate=viewer_certificate(address, settings.domains),
            tags=self._context.tags.override(Service=self._name, DataClassification="public"),
        )

    def _call(self, association: Callable[..., _Association]) -> list[_Association]:
        return [association(event_type="viewer-request", function_arn=self._function_arn)]

    def _allow_origin_access(self, bucket: Bucket) -> None:
        # With s3:ListBucket S3 answers 404 for a missing file, and 403 is what it says: refused, by the web
        # ACL or by country. Nobody lists files: no query string and no path of a folder reaches the bucket.
        record = Statement(
            sid="NobodyReadsTheRecord",
            effect="Deny",
            actions=["s3:GetObject"],
            resources=[f"{bucket.arn}/{PUBLISH_RECORD}"],
            services=["cloudfront.amazonaws.com"],
        )
        bucket.allow(
            record,
            *(
                reading(sid=sid, action=action, resource=resource, distribution_arn=self.arn)
                for sid, action, resource in (
                    ("CloudFrontFindsOut", "s3:ListBucket", bucket.arn),
                    ("CloudFrontReads", "s3:GetObject", f"{bucket.arn}/*"),
                )
            ),
        )
