"""Logins of a database that is a replica, which another stack rotates."""

from __future__ import annotations

from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ...naming import Naming
from ...secrets.entries import read_statements
from ...secrets.replica import SecretReplica
from ..common.master import Server
from .rotated import NAME, login_access


class ReplicatedLogin(Construct):
    """The `RotatedLogin` of the stack `primary`, for services of its recovery stack.

    The replica of the database has its logins, and the replica of its secret their passwords, of every
    rotation. Creates no resource: what finds the replica of the secret.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, primary: Naming, database: Server
    ) -> None:
        super().__init__(scope, id)
        self._context, self._database = context, database
        self._replica = SecretReplica(self, "secret", context=context, primary=primary, name=NAME)

    @property
    def secret_arn(self) -> str:
        """The ARN of the replica of the secret with `username` and `password`."""
        return self._replica.arn

    @property
    def client_access(self) -> ClientAccess:
        """Client access of the database as this login, as that of the primary."""
        reading = read_statements(self._context, self.secret_arn, self._replica.key_arn)
        return login_access(
            self._database.client_access,
            secret_arn=self.secret_arn,
            reference=self.secret_arn,
            reading=reading,
        )
