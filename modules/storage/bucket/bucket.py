"""A private S3 bucket."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_cors_configuration import (
    S3BucketCorsConfiguration,
    S3BucketCorsConfigurationCorsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import S3BucketLifecycleConfiguration
from cdktf_cdktf_provider_aws.s3_bucket_object_lock_configuration import (
    S3BucketObjectLockConfigurationA,
    S3BucketObjectLockConfigurationRuleA,
    S3BucketObjectLockConfigurationRuleDefaultRetentionA,
)
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

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement, only_over_tls, policy_document
from ...naming import Limit, Naming
from .access import BucketAccess
from .lifecycle import lifecycle_rules
from .settings import BucketSettings


class Bucket(Construct):
    """A private, encrypted S3 bucket that requires TLS.

    Creates: the bucket; its ownership controls (no ACLs); the public access block; default encryption with
    SSE-S3, or SSE-KMS with `key_arn`; versioning; the lifecycle rules; Object Lock and CORS rules as set; a
    bucket policy that denies plain HTTP, with the statements of `allow`.

    Bucket names are global, so the account's id and the region are appended to `name`; a `fixed_name` is used
    unchanged. Raises ProblemsError unless exactly one of them is set. `region`: another one than the stack's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: BucketSettings,
        name: str | None = None,
        fixed_name: str | None = None,
        key_arn: str | None = None,
        tags: dict[str, str] | None = None,
        region: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.settings, self.region = settings, region or context.region
        self._provider = context.provider_in(self.region)
        self._variable, self._key_arn = (name or id).replace("-", "_").upper(), key_arn
        self._bucket = S3Bucket(
            self,
            "Default",
            bucket=_name(context, id, name, fixed_name, self.region),
            force_destroy=not settings.protected,
            object_lock_enabled=True if settings.locked_days else None,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
            tags=tags,
            provider=self._provider,
        )
        self._block_public_access()
        self._create_encryption(key_arn)
        self.versioning = self._create_versioning()
        S3BucketLifecycleConfiguration(
            self,
            "lifecycle",
            bucket=self._bucket.id,
            rule=lifecycle_rules(settings),
            # S3 refuses rules for noncurrent versions before versioning is configured.
            depends_on=[self.versioning],
            provider=self._provider,
        )
        if settings.locked_days:
            self._lock(settings.locked_days)
        if settings.cors:
            self._create_cors_configuration()
        self._statements = [
            only_over_tls(self.arn, f"{self.arn}/*", actions=["s3:*"], sid="DenyInsecureTransport")
        ]
        self.policy = S3BucketPolicy(
            self,
            "policy",
            bucket=self._bucket.id,
            policy=policy_document(*self._statements),
            # S3 refuses concurrent changes of a bucket's policy and its public access block.
            depends_on=[self._public_access_block],
            provider=self._provider,
        )

    @property
    def name(self) -> str:
        """The bucket's name."""
        return str(self._bucket.id)

    @property
    def arn(self) -> str:
        """The bucket's ARN; its objects are `{arn}/*`."""
        return str(self._bucket.arn)

    @property
    def regional_domain_name(self) -> str:
        """The regional domain name, for an origin of CloudFront."""
        return str(self._bucket.bucket_regional_domain_name)

    def client_access(self, prefix: str = "", *, read: bool = True, write: bool = False) -> ClientAccess:
        """What a service needs to read and list the objects below `prefix`, and with `write` to change them.

        Of a bucket `invoices` it gets `INVOICES_BUCKET`, `INVOICES_REGION` and `INVOICES_PREFIX`; of one with
        a fixed name by the construct's id. `prefix` is a path such as `paid/`; an empty one is the whole
        bucket. `read=False` with `write` is for who only uploads. Raises ProblemsError for other prefixes,
        and for neither.
        """
        bucket = BucketAccess(
            variable=self._variable,
            name=self.name,
            arn=self.arn,
            region=self.region,
            key_arn=self._key_arn,
        )
        return bucket.client_access(prefix, read=read, write=write, listing=read)

    def allow(self, *statements: Statement) -> None:
        """Add statements to the bucket policy. What writes to the bucket should depend on `policy`."""
        self._statements += statements
        self.policy.policy = policy_document(*self._statements)

    def _block_public_access(self) -> None:
        self._public_access_block = S3BucketPublicAccessBlock(
            self,
            "public-access-block",
            bucket=self._bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            provider=self._provider,
        )
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self._bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
            depends_on=[self._public_access_block],
            provider=self._provider,
        )

    def _create_encryption(self, key_arn: str | None) -> None:
        by_default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms" if key_arn else "AES256", kms_master_key_id=key_arn
        )
        rule = S3BucketServerSideEncryptionConfigurationRuleA(
            apply_server_side_encryption_by_default=by_default,
            # Fewer calls to KMS: one for many objects.
            bucket_key_enabled=True if key_arn else None,
        )
        S3BucketServerSideEncryptionConfigurationA(
            self, "encryption", bucket=self._bucket.id, rule=[rule], provider=self._provider
        )

    def _create_versioning(self) -> S3BucketVersioningA:
        return S3BucketVersioningA(
            self,
            "versioning",
            bucket=self._bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(
                status="Enabled" if self.settings.versioned else "Suspended"
            ),
            provider=self._provider,
        )

    def _lock(self, days: int) -> None:
        retention = S3BucketObjectLockConfigurationRuleDefaultRetentionA(mode="COMPLIANCE", days=days)
        S3BucketObjectLockConfigurationA(
            self,
            "object-lock",
            bucket=self._bucket.id,
            rule=S3BucketObjectLockConfigurationRuleA(default_retention=retention),
            depends_on=[self.versioning],
            provider=self._provider,
        )

    def _create_cors_configuration(self) -> None:
        rules = [
            S3BucketCorsConfigurationCorsRule(
                allowed_origins=list(rule.origins),
                allowed_methods=list(rule.methods),
                allowed_headers=list(rule.headers) or None,
                expose_headers=list(rule.expose_headers),
                max_age_seconds=rule.max_age_seconds,
            )
            for rule in self.settings.cors
        ]
        S3BucketCorsConfiguration(
            self, "cors", bucket=self._bucket.id, cors_rule=rules, provider=self._provider
        )


def bucket_name(context: Context, naming: Naming, name: str, region: str) -> str:
    """The name of a bucket of the stack with these names, in the context's account."""
    # The account's id is known to Terraform only; a placeholder of the same length is checked.
    naming.of(Limit.S3_BUCKET, name, "0" * 12, region)
    return f"{naming.of(Limit.S3_BUCKET, name)}-{context.account.id}-{region}"


def _name(context: Context, id: str, name: str | None, fixed_name: str | None, region: str) -> str:
    if name is not None and fixed_name is None:
        return bucket_name(context, context.naming, name, region)
    if fixed_name is not None and name is None:
        return fixed_name
    why = refusal(
        got="neither" if name is None else f"both, {name!r} and {fixed_name!r}",
        allowed="either name or fixed_name",
        fix="set name, or fixed_name for a name that is used unchanged",
    )
    raise ProblemsError.one(f"Bucket {id}", why)
