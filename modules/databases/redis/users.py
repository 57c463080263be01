"""The ElastiCache user of a cache, whose password is not in Terraform's state.

CloudFormation creates the user: with the oldest supported provider, the password would be in the state
(docs/decisions/redis-users.md). The user's name is `default`: clients that send a token without a user name
authenticate as this user. There is no other.
"""

from __future__ import annotations

import json

from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from constructs import Construct

from ...context import Context
from ...naming import Limit
from ...secrets.entries import SecretEntries
from .settings import RedisSettings

USER = "default"
# A Valkey cache accepts users of both engines, a Redis cache only those of Redis (Amazon ElastiCache user
# guide, "Role-Based Access Control"); so users stay when a cache is upgraded from Redis to Valkey.
_ENGINE = "redis"


class RedisUsers(Construct):
    """The user group of one cache.

    Creates: a CloudFormation stack with the user and the user group. Raises ProblemsError when `secret` has
    no generated entry for the token.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        secret: SecretEntries,
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


def _template(name: str, secret: SecretEntries, settings: RedisSettings) -> str:
    # Two passwords at most (ElastiCache API, CreateUser): clients with the token before are served until they
    # are replaced. CloudFormation reads the secret again when the text of a reference changes, and the
    # entry's name has the version.
    tokens = [
        f"{{{{resolve:secretsmanager:{secret.arn}:SecretString:{entry}}}}}"
        for entry in secret.entries(settings.token_key)
    ]
    user = {
        "UserId": f"{name}-{USER}",
        "UserName": USER,
        "Engine": _ENGINE,
        "AccessString": settings.permissions,
        "Passwords": tokens,
    }
    group = {"UserGroupId": name, "Engine": _ENGINE, "UserIds": [{"Ref": "User"}]}
    resources = {
        "User": {"Type": "AWS::ElastiCache::User", "Properties": user},
        "Group": {"Type": "AWS::ElastiCache::UserGroup", "Properties": group},
    }
    # In the form that AWS returns, so that the plan shows no difference.
    return json.dumps({"Resources": resources}, sort_keys=True, separators=(",", ":"))
