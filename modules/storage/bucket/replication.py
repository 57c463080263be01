"""The replication of a bucket to one in a second region."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_replication_configuration import (
    S3BucketReplicationConfigurationA,
    S3BucketReplicationConfigurationRule,
    S3BucketReplicationConfigurationRuleDeleteMarkerReplication,
    S3BucketReplicationConfigurationRuleDestination,
    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration,
    S3BucketReplicationConfigurationRuleDestinationMetrics,
    S3BucketReplicationConfigurationRuleFilter,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteria,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects,
)
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document
from ...kms.key import Key
from ...naming import Limit
from ...regions import endpoint
from .bucket import Bucket

RULE = "everything"


class Replication(Construct):
    """The replication of everything new in one bucket to another, in a second region.

    Creates: the role with which S3 reads versions of the source and writes them to the replica; its policy;
    the replication configuration with its metrics. `keys` of source and replica are for encrypted files.

    Source: Amazon S3 user guide, "Setting up permissions for live replication" and "Replicating encrypted
    objects".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        source: Bucket,
        replica: Bucket,
        keys: tuple[Key, Key] | None,
        deletions: bool,
    ) -> None:
        super().__init__(scope, id)
        self._source, self._replica = source, replica
        # No condition: only who may pass the role in this account can give it to a bucket.
        trust = Statement(actions=["sts:AssumeRole"], services=["s3.amazonaws.com"])
        role = IamRole(
            self,
            "role",
            name=context.naming.of(Limit.IAM_ROLE, name, "replication"),
            permissions_boundary=context.boundary_arn,
            description=f"Copies {context.naming.base}-{name} to {replica.region}",
            assume_role_policy=policy_document(trust),
        )
        statements = [*self._statements(), *(self._use_of_keys(*keys) if keys else ())]
        permissions = IamRolePolicy(
            self, "policy", name="replication", role=role.name, policy=policy_document(*statements)
        )
        S3BucketReplicationConfigurationA(
            self,
            "Default",
            bucket=source.name,
            role=role.arn,
            rule=[self._rule(keys[1] if keys else None, deletions=deletions)],
            # S3 refuses it before both buckets have versions, and fails to copy without the permissions.
            depends_on=[source.versioning, replica.versioning, permissions],
        )

    def _rule(self, key: Key | None, *, deletions: bool) -> S3BucketReplicationConfigurationRule:
        encrypted = S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects(
            status="Enabled"
        )
        return S3BucketReplicationConfigurationRule(
            id=RULE,
            status="Enabled",
            priority=0,
            filter=S3BucketReplicationConfigurationRuleFilter(prefix=""),
            delete_marker_replication=S3BucketReplicationConfigurationRuleDeleteMarkerReplication(
                status="Enabled" if deletions else "Disabled"
            ),
            source_selection_criteria=S3BucketReplicationConfigurationRuleSourceSelectionCriteria(
                sse_kms_encrypted_objects=encrypted
            )
            if key
            else None,
            destination=S3BucketReplicationConfigurationRuleDestination(
                bucket=self._replica.arn,
                metrics=S3BucketReplicationConfigurationRuleDestinationMetrics(status="Enabled"),
                encryption_configuration=(
                    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration(
                        replica_kms_key_id=key.arn
                    )
                    if key
                    else None
                ),
            ),
        )

    def _statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=["s3:GetReplicationConfiguration", "s3:ListBucket"], resources=[self._source.arn]
            ),
            Statement(
                actions=[
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionTagging",
                ],
                resources=[f"{self._source.arn}/*"],
            ),
            Statement(
                actions=["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
                resources=[f"{self._replica.arn}/*"],
            ),
        )

    def _use_of_keys(self, source: Key, replica: Key) -> tuple[Statement, ...]:
        return (
            Statement(actions=["kms:Decrypt"], resources=[source.arn], conditions=_through(self._source)),
            Statement(
                actions=["kms:Encrypt", "kms:GenerateDataKey"],
                resources=[replica.arn],
                conditions=_through(self._replica),
            ),
        )


def _through(bucket: Bucket) -> dict[str, dict[str, str]]:
    """Only for what S3 does to this bucket: with a bucket key the encryption context is the bucket's ARN."""
    return {
        "StringLike": {
            "kms:ViaService": endpoint("s3", bucket.region),
            "kms:EncryptionContext:aws:s3:arn": f"{bucket.arn}*",
        }
    }
