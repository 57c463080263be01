"""The password of a cluster's master user: managed by RDS, or an entry of a secret."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.policy import Statement
from ...kms.key import Key
from ...secrets.entries import SecretEntries, read_statements
from ..common.rotation import create_rotation
from .settings import AuroraSettings


class Password:
    """Where the password is, and who may read it.

    No construct: its resources are in `scope` itself. Creates, if RDS manages it: the KMS key of its secret;
    by `of`, its rotation. Raises ProblemsError without `secret` if it does not, and for a secret without the
    entry.
    """

    def __init__(
        self, scope: Construct, *, context: Context, settings: AuroraSettings, secret: SecretEntries | None
    ) -> None:
        self._scope, self._context, self._settings = scope, context, settings
        self._cluster: RdsCluster | None = None
        self._given = secret
        if not settings.managed_password:
            self._secret.settings.check(settings.password_key, where=f"password of {settings.name}")
        self._key = (
            Key(
                scope,
                "secret-key",
                context=context,
                purpose=f"{settings.name}-secret",
                protected=settings.protected,
            )
            if settings.managed_password
            else None
        )

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of a cluster that makes its master user."""
        if self._key:
            return {"manage_master_user_password": True, "master_user_secret_kms_key_id": self._key.arn}
        key = self._settings.password_key
        return {
            "master_password_wo": self._secret.value(key),
            "master_password_wo_version": self._secret.version(key),
        }

    def of(self, cluster: RdsCluster) -> None:
        """Let RDS rotate that of the cluster, if it manages it."""
        self._cluster = cluster
        if self._key:
            create_rotation(self._scope, secret_arn=self.secret_arn, days=self._settings.rotation_days)

    @cached_property
    def secret_arn(self) -> str:
        """The ARN of the secret."""
        if self._key and self._cluster:
            return str(self._cluster.master_user_secret.get(0).secret_arn)
        return self._secret.arn

    @property
    def entry(self) -> str:
        """The key of the password in the secret."""
        return "password" if self._key else self._settings.password_key

    @property
    def reference(self) -> str:
        """The password in the form of ECS's `valueFrom`."""
        return f"{self.secret_arn}:password::" if self._key else self._secret.reference(self.entry)

    @property
    def reading(self) -> tuple[Statement, ...]:
        """Permissions to read it."""
        if self._key:
            return read_statements(self._context, self.secret_arn, self._key.arn)
        return self._secret.read_statements

    @property
    def ready(self) -> tuple[Any, ...]:
        """What must be there before a login."""
        return () if self._key else (self._secret.written,)

    @property
    def _secret(self) -> SecretEntries:
        settings = self._settings
        if self._given is None:
            why = refusal(
                got=f"the entry {settings.password_key} without a secret",
                allowed="secret=, or managed_password=True in the settings",
                fix="pass the environment's secret, or let RDS make the password",
            )
            raise ProblemsError.one(f"password of {settings.name}", why)
        return self._given
