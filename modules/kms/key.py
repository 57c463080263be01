"""A customer-managed KMS key for one purpose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from ..context import Context
from ..iam.policy import Statement, policy_document
from ..naming import Limit
from ..regions import endpoint

# KMS API: ScheduleKeyDeletion, PendingWindowInDays, 7 to 30.
_LONGEST_WINDOW, _SHORTEST_WINDOW = 30, 7


class Key(Construct):
    """A symmetric key for one purpose, rotated every year.

    Creates: the key with its policy, and the alias. `services` are the AWS services that use the key as
    service principals, such as `logs`, `sns` or `delivery.logs`; services that use it with their caller's
    permissions (RDS, Secrets Manager, ElastiCache, EFS) need no entry. `statements` are added to the policy;
    `provider` is that of another region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        purpose: str,
        services: Sequence[str] = (),
        statements: Sequence[Statement] = (),
        protected: bool = True,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        name = context.naming.of(Limit.KMS_ALIAS, purpose)
        policy = policy_document(
            _administration(context), *(_use(context, service) for service in services), *statements
        )
        self._key = KmsKey(
            self,
            "Default",
            description=f"{context.naming.base} {purpose}",
            enable_key_rotation=True,
            deletion_window_in_days=_LONGEST_WINDOW if protected else _SHORTEST_WINDOW,
            policy=policy,
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provider=provider,
        )
        KmsAlias(self, "alias", name=f"alias/{name}", target_key_id=self._key.id, provider=provider)

    # Cached: each read creates another token, and equal statements must compare equal.
    @cached_property
    def arn(self) -> str:
        """The key's ARN."""
        return str(self._key.arn)

    @cached_property
    def id(self) -> str:
        """The key's id."""
        return str(self._key.key_id)

    def suffixed(self, name: str) -> str:
        """A name that ends in the beginning of the key's id, such as that of a final snapshot.

        Another key has another id, so a stack that was destroyed and is created again has another name: AWS
        keeps the final snapshot of the first, and refuses a second of its name (RDS API, DeleteDBInstance,
        DBSnapshotAlreadyExists).
        """
        return f"{name}-${{substr({self._key.fqn}.key_id, 0, 8)}}"


def _administration(context: Context) -> Statement:
    return Statement(
        sid="Account",
        actions=["kms:*"],
        resources=["*"],
        principals=[context.account.arn("iam", "root", region="")],
        wildcard_reason="the account's IAM policies decide; else the key could become unmanageable",
    )


def _use(context: Context, service: str) -> Statement:
    if service == "logs":
        # CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS": its principal is
        # regional, and the encryption context names the log group.
        principal = endpoint("logs", context.region)
        conditions = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": context.account.arn("logs", "*")}}
    else:
        principal = f"{service}.amazonaws.com"
        conditions = {"StringEquals": {"aws:SourceAccount": context.account.id}}
    return Statement(
        sid="".join(word.capitalize() for word in service.replace("-", ".").split(".")),
        actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        resources=["*"],
        services=[principal],
        conditions=conditions,
        wildcard_reason="in a key's policy, * is the key itself",
    )
