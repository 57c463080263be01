"""Lifecycle rules of a bucket."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
    S3BucketLifecycleConfigurationRuleTransition,
)

from .settings import BucketSettings, LifecycleRule


def lifecycle_rules(settings: BucketSettings) -> list[S3BucketLifecycleConfigurationRule]:
    """A rule that aborts incomplete multipart uploads, then the rules of the settings."""
    abort = S3BucketLifecycleConfigurationRule(
        id="abort-unfinished-uploads",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        abort_incomplete_multipart_upload=[
            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                days_after_initiation=settings.abort_uploads_days
            )
        ],
    )
    return [abort, *(_rule(rule) for rule in settings.lifecycle)]


def _rule(rule: LifecycleRule) -> S3BucketLifecycleConfigurationRule:
    delete_markers = True if rule.keep_noncurrent_versions and not rule.expire_days else None
    expiration = (
        [
            S3BucketLifecycleConfigurationRuleExpiration(
                days=rule.expire_days, expired_object_delete_marker=delete_markers
            )
        ]
        if rule.expire_days or delete_markers
        else None
    )
    noncurrent = (
        [
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                noncurrent_days=rule.expire_noncurrent_days,
                newer_noncurrent_versions=rule.keep_noncurrent_versions,
            )
        ]
        if rule.expire_noncurrent_days
        else None
    )
    transitions = [
        S3BucketLifecycleConfigurationRuleTransition(days=one.days, storage_class=one.storage_class)
        for one in rule.transitions
    ]
    return S3BucketLifecycleConfigurationRule(
        id=rule.name,
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix=rule.prefix)],
        expiration=expiration,
        noncurrent_version_expiration=noncurrent,
        transition=transitions or None,
    )
