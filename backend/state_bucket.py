"""The bucket that holds every state."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct

from backend.policies import bucket_policy
from backend.state_backend_settings import StateBackendSettings


class StateBucket(Construct):
    """A bucket that forgets no recent state and lets nobody in who isn't told to.

    Creates: the bucket, versioned, encrypted with the given key alone, private, TLS 1.2 only, protected from
    destruction; old versions and unfinished uploads expire; access logs if the settings name a bucket.
    """

    def __init__(
        self, scope: Construct, id: str, *, key: KmsKey, alias: KmsAlias, settings: StateBackendSettings
    ) -> None:
        super().__init__(scope, id)
        self.resource = S3Bucket(
            self,
            "Default",
            bucket=settings.s3.bucket,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
        )
        versioning = self._keep_versions()
        self._encrypt(key)
        self._close(key, alias)
        self._expire(settings, versioning)
        if settings.access_log_bucket is not None:
            S3BucketLoggingA(
                self,
                "access-logs",
                bucket=self.resource.id,
                target_bucket=settings.access_log_bucket,
                target_prefix=f"{settings.s3.bucket}/",
            )

    def _keep_versions(self) -> S3BucketVersioningA:
        return S3BucketVersioningA(
            self,
            "versioning",
            bucket=self.resource.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )

    def _encrypt(self, key: KmsKey) -> None:
        by_default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms", kms_master_key_id=key.arn
        )
        rule = S3BucketServerSideEncryptionConfigurationRuleA(
            apply_server_side_encryption_by_default=by_default,
            bucket_key_enabled=True,
        )
        S3BucketServerSideEncryptionConfigurationA(self, "encryption", bucket=self.resource.id, rule=[rule])

    def _close(self, key: KmsKey, alias: KmsAlias) -> None:
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self.resource.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        private = S3BucketPublicAccessBlock(
            self,
            "public-access-block",
            bucket=self.resource.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        # Terraform names the key by its alias; S3 documents that it compares ARNs.
        key_names = [key.arn, alias.arn, alias.name]
        S3BucketPolicy(
            self,
            "policy",
            bucket=self.resource.id,
            policy=bucket_policy(bucket_arn=self.resource.arn, key_names=key_names),
            # S3 refuses two changes of one bucket's access at once.
            depends_on=[private],
        )

    def _expire(self, settings: StateBackendSettings, versioning: S3BucketVersioningA) -> None:
        everything = S3BucketLifecycleConfigurationRuleFilter(prefix="")
        old_versions = S3BucketLifecycleConfigurationRule(
            id="old-versions",
            status="Enabled",
            filter=[everything],
            noncurrent_version_expiration=[
                S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                    noncurrent_days=settings.old_version_days,
                    newer_noncurrent_versions=settings.old_versions_kept,
                )
            ],
            # What a deleted lock leaves when its last version is gone.
            expiration=[S3BucketLifecycleConfigurationRuleExpiration(expired_object_delete_marker=True)],
        )
        unfinished = S3BucketLifecycleConfigurationRule(
            id="unfinished-uploads",
            status="Enabled",
            filter=[everything],
            abort_incomplete_multipart_upload=[
                S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=7)
            ],
        )
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self.resource.id,
            rule=[old_versions, unfinished],
            # Rules about versions need versions.
            depends_on=[versioning],
        )
