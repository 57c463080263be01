"""The resources of the S3 backend: bucket, KMS key, lock table, policies."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
)
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from constructs import Construct

from backend.keys import state_keys
from backend.policies import bucket_statements, state_policy
from backend.state_backend_settings import StateBackendSettings
from modules.context import Context
from modules.storage.bucket.bucket import Bucket
from modules.storage.bucket.settings import BucketSettings, LifecycleRule


class StateBackend(Construct):
    """The S3 backend of a `*.s3.tfbackend` file.

    Creates: a KMS key with its alias; the bucket; the lock table, if the file names one; for every stack an
    IAM policy for its own state and locks. Key, bucket and table have `prevent_destroy`.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, settings: StateBackendSettings
    ) -> None:
        super().__init__(scope, id)
        self._context, self._settings = context, settings
        self._key = self._create_key()
        self._alias = KmsAlias(self, "alias", name=settings.s3.kms_key_id, target_key_id=self._key.key_id)
        self._bucket = self._create_bucket()
        self._table = self._create_table(settings.s3.dynamodb_table)
        self._policies = {
            stack: self._create_policy(stack, key) for stack, key in state_keys(settings.stacks).items()
        }

    def _create_key(self) -> KmsKey:
        # No key policy: AWS's default one delegates to IAM policies, which are created below.
        return KmsKey(
            self,
            "key",
            description="Terraform states and their locks",
            enable_key_rotation=True,
            deletion_window_in_days=30,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
        )

    def _create_bucket(self) -> Bucket:
        settings = self._settings
        bucket = Bucket(
            self,
            "bucket",
            context=self._context,
            fixed_name=settings.s3.bucket,
            key_arn=self._key.arn,
            settings=BucketSettings(
                lifecycle=(
                    LifecycleRule(
                        name="old-versions",
                        expire_noncurrent_days=settings.old_version_days,
                        keep_noncurrent_versions=settings.old_versions_kept,
                    ),
                )
            ),
        )
        bucket.allow(
            *bucket_statements(
                bucket_arn=bucket.arn,
                # S3 compares what was sent: an ARN, or the alias.
                key_arns=[self._key.arn, self._alias.arn],
                alias=self._alias.name,
                account_id=self._context.account.id,
            )
        )
        if settings.access_log_bucket is not None:
            S3BucketLoggingA(
                bucket,
                "access-logs",
                bucket=bucket.name,
                target_bucket=settings.access_log_bucket,
                target_prefix=f"{settings.s3.bucket}/",
            )
        return bucket

    def _create_table(self, name: str | None) -> DynamodbTable | None:
        if name is None:
            return None
        return DynamodbTable(
            self,
            "lock-table",
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key="LockID",
            attribute=[DynamodbTableAttribute(name="LockID", type="S")],
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=self._key.arn),
            deletion_protection_enabled=True,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
        )

    def _create_policy(self, stack: str, key: str) -> IamPolicy:
        return IamPolicy(
            self,
            f"policy-{stack}",
            name=self._settings.policy_name(stack),
            description=f"Read, write and lock the Terraform state of {stack}",
            policy=state_policy(
                key,
                self._settings.s3,
                bucket_arn=self._bucket.arn,
                key_arn=self._key.arn,
                table_arn=self._table.arn if self._table else None,
            ),
        )

    @property
    def bucket_name(self) -> str:
        """The name of the bucket of the states."""
        return self._bucket.name

    @property
    def table_name(self) -> str | None:
        """The name of the lock table, or None."""
        return self._table.name if self._table else None

    @property
    def key_arn(self) -> str:
        """The ARN of the KMS key of states and locks."""
        return str(self._key.arn)

    @property
    def policy_arns(self) -> dict[str, str]:
        """Stack → ARN of the policy for the role that applies it."""
        return {stack: policy.arn for stack, policy in self._policies.items()}
