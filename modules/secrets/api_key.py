"""An API key that Secrets Manager rotates by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

from cdktf_cdktf_provider_aws.lambda_invocation import LambdaInvocation
from constructs import Construct

from ..context import Context
from ..functions import api_keys, secret_rotation
from ..functions.function import Function
from ..iam.client_access import ClientAccess
from ..kms.key import Key
from ..log_retention import RetentionDays
from .ages import AgedSecret
from .creation import create_secret
from .entries import read_statements
from .rotation import RunningService, deploying, rotate, rotating
from .settings import ApiKeySettings

# Failed attempts are repeated; only then an alarm on the key's age says that it is not rotated.
_GRACE_DAYS = 7


class ApiKey(Construct):
    """An API key between services, rotated without a moment in which a key that is sent is refused.

    Creates: a KMS key; the secret; the function that rotates it with its role and log group, which deploys
    `services` (those that send the key, and those that check it) anew when it has; its invocation, which
    makes the first version; the rotation. A version has three keys: clients send the current one; whoever
    checks also accepts the one before, which old clients still send, and the next one, which new clients
    already send while old tasks check. So the order of the deployments doesn't matter.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        services: Sequence[RunningService],
        settings: ApiKeySettings,
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context = context
        name = f"{settings.name}-api-key"
        self._key = Key(self, "key", context=context, purpose=name, protected=settings.protected)
        self._secret = create_secret(
            self,
            "secret",
            context=context,
            name=name,
            description=f"API key {settings.name} of {context.naming.base}",
            key=self._key,
            protected=settings.protected,
        )
        function = Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=context,
            name=name,
            description=f"Rotates the API key {settings.name}",
            source=api_keys,
            libraries=[secret_rotation],
            statements=[
                *rotating(context, self.secret_arn, self._key),
                *deploying(context, services),
            ],
            environment={
                "SECRET": self.secret_arn,
                "LENGTH": str(settings.length),
                "SERVICES": json.dumps([vars(one) for one in services]),
            },
            log_retention_days=log_retention_days,
        )
        event = json.dumps({"first": True})
        first = LambdaInvocation(self, "invocation", function_name=function.arn, input=event)
        self._rotation = rotate(
            self,
            context=context,
            secret_arn=self.secret_arn,
            function=function,
            days=settings.rotation_days,
            first=first,
        )

    @cached_property
    def secret_arn(self) -> str:
        """The ARN of the secret with `current`, `next`, `previous` and `accepted`."""
        return str(self._secret.arn)

    @property
    def client_access(self) -> ClientAccess:
        """Client access of who sends the key: `<NAME>_API_KEY` by reference."""
        return self._access(self.settings.variable, "current")

    @property
    def server_access(self) -> ClientAccess:
        """Client access of who checks it: `<NAME>_API_KEYS` by reference, the accepted ones with commas."""
        return self._access(f"{self.settings.variable}S", "accepted")

    @property
    def aged(self) -> AgedSecret:
        """The secret and its maximum age, for `SecretAges`."""
        return AgedSecret(arn=self.secret_arn, days=self.settings.rotation_days + _GRACE_DAYS)

    def _access(self, variable: str, entry: str) -> ClientAccess:
        # The secret's ARN from the rotation's argument: no task starts before there is a first version.
        reference = f"{self._rotation.secret_id}:{entry}::"
        return ClientAccess(
            secrets={variable: reference},
            execution_statements=read_statements(self._context, self.secret_arn, self._key.arn),
        )
