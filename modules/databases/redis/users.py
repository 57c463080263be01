"""Who may log in to a cache: one user, whose password Terraform never sees.

CloudFormation creates the user: with the oldest provider that is allowed, Terraform would keep the password
in its state (docs/decisions/redis-users.md). The user's name is `default`: a client that sends a token and no
name is this user, and no other exists.
"""

from __future__ import annotations

import json

from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from constructs import Construct

from ...context import Context
from ...naming import Limit
from ...secrets.secret import EnvironmentSecret
from .settings import RedisSettings

USER = "default"
# A Valkey cache takes users of either engine, a Redis cache takes these alone (Amazon ElastiCache user guide,
# "Role-Based Access Control"), so they stay when Redis becomes Valkey.
_ENGINE = "redis"


class RedisUsers(Construct):
    """The group of users of one cache.

    Creates: a CloudFormation stack with the user and the group. Raises ProblemsError when `secret` lacks the
    entry of the token, or people enter it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        secret: EnvironmentSecret,
        settings: RedisSettings,
    ) -> None:
        super().__init__(scope, id)
        name = context.naming.of(Limit.CACHE, settings.name)
        self.group_id = name
        self.stack = CloudformationStack(
            self,
            "Default",
            name=context.naming.of(Limit.CLOUDFORMATION_STACK, settings.name, "users"),
            template_body=_template(name, secret, settings),
            depends_on=[secret.written],
        )


def _template(name: str, secret: EnvironmentSecret, settings: RedisSettings) -> str:
    version = secret.version(settings.token_key)
    token = f"{{{{resolve:secretsmanager:{secret.arn}:SecretString:{settings.token_key}}}}}"
    user = {
        "UserId": f"{name}-{USER}",
        "UserName": USER,
        "Engine": _ENGINE,
        "AccessString": settings.permissions,
        "Passwords": [token],
        # CloudFormation reads the secret again only when a property of the user changes.
        "Tags": [{"Key": "TokenVersion", "Value": str(version)}],
    }
    group = {"UserGroupId": name, "Engine": _ENGINE, "UserIds": [{"Ref": "User"}]}
    resources = {
        "User": {"Type": "AWS::ElastiCache::User", "Properties": user},
        "Group": {"Type": "AWS::ElastiCache::UserGroup", "Properties": group},
    }
    # As AWS gives it back, so that no difference is seen where there is none.
    return json.dumps({"Resources": resources}, sort_keys=True, separators=(",", ":"))
