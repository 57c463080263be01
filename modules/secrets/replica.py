"""Secrets of a stack in another region, by their replicas here."""

from __future__ import annotations

from functools import cached_property

from cdktf_cdktf_provider_aws.data_aws_kms_alias import DataAwsKmsAlias
from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secrets import (
    DataAwsSecretsmanagerSecrets,
    DataAwsSecretsmanagerSecretsFilter,
)
from constructs import Construct

from ..context import Context
from ..naming import Limit, Naming
from ..resilience.recovery.key import PURPOSE
from .entries import SecretEntries
from .secret import ENVIRONMENT
from .settings import SecretSettings


class SecretReplica(Construct):
    """The replica, in this stack's region, of a secret of the stack `primary` in another one.

    Creates no resource: data sources find the replica by the beginning of its name, and the key that encrypts
    it by its alias. Both are asked in this region alone, and for no value. A plan without such a replica, or
    with two, says so.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, primary: Naming, name: str) -> None:
        super().__init__(scope, id)
        prefix = primary.prefix(Limit.SECRET, name)
        self._found = DataAwsSecretsmanagerSecrets(
            self,
            "Default",
            # "name: … prefix match" (Secrets Manager API, Filter). The name ends in Terraform's suffix; a
            # replica has its primary's name, and its ARN but for the region (Secrets Manager user guide,
            # "Replicate AWS Secrets Manager secrets across Regions").
            filter=[DataAwsSecretsmanagerSecretsFilter(name="name", values=[prefix])],
        )
        missing = (
            f"{context.region} needs one replica of the secret {prefix}…: apply {primary.base} first, with "
            "the region of its recovery."
        )
        condition = {"condition": "${length(self.arns) == 1}", "error_message": missing}
        self._found.add_override("lifecycle.postcondition", [condition])
        alias = f"alias/{primary.of(Limit.KMS_ALIAS, PURPOSE)}"
        self._key = DataAwsKmsAlias(self, "key", name=alias)

    # Cached: each read creates another token, and equal statements must compare equal.
    @cached_property
    def arn(self) -> str:
        """The replica's ARN."""
        return f"${{one({self._found.fqn}.arns)}}"

    @cached_property
    def key_arn(self) -> str:
        """The ARN of the KMS key that encrypts it."""
        return str(self._key.target_key_arn)

    @property
    def found(self) -> DataAwsSecretsmanagerSecrets:
        """What finds it, for `depends_on`."""
        return self._found


class ReplicatedSecret(SecretEntries):
    """The replica of another stack's `EnvironmentSecret`, for services and databases of a recovery stack.

    `settings` are those of the primary's secret: the entries and their versions. It can only be read. After
    the primary's region is lost it still can; to change it there, make it a secret of its own
    (`aws secretsmanager stop-replication-to-replica`).

    Creates no resource, but data sources and the variable `read_secrets` of the stack.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, primary: Naming, settings: SecretSettings
    ) -> None:
        super().__init__(scope, id, context=context, settings=settings)
        self._replica = SecretReplica(self, "Default", context=context, primary=primary, name=ENVIRONMENT)

    @property
    def arn(self) -> str:
        """The replica's ARN."""
        return self._replica.arn

    @property
    def key_arn(self) -> str:
        """The ARN of the KMS key that encrypts it."""
        return self._replica.key_arn

    @property
    def written(self) -> DataAwsSecretsmanagerSecrets:
        """What finds it: the primary has written it."""
        return self._replica.found

    @cached_property
    def _content(self) -> str:
        return self._read("replica", {"secret_id": self.arn})
