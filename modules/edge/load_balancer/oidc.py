"""A listener rule that lets people log in first, whose client secret is not in Terraform's state.

CloudFormation creates the rule: a rule of Terraform's takes the client secret by value only, and keeps it in
its state (docs/decisions/redis-users.md says the same of passwords).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...naming import Limit
from ...secrets.entries import SecretEntries
from .listener_priorities import ListenerRule
from .settings import OidcSettings

Json = dict[str, Any]
_HOUR = 3600


class OidcRule(Construct):
    """A listener rule that authenticates with OpenID Connect, then forwards.

    Creates: a CloudFormation stack with the rule. Raises ProblemsError when `secret` is missing or has no
    entry of the client's secret.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        listener_arn: str,
        rule: ListenerRule,
        priority: int,
        target_group_arn: str,
        settings: OidcSettings,
        secret: SecretEntries | None,
    ) -> None:
        super().__init__(scope, id)
        if secret is None:
            why = refusal(
                got="oidc without a secret",
                allowed=f"the secret that has the entry {settings.secret_entry}",
                fix="pass secret= to target",
            )
            raise ProblemsError.one(f"target {rule.name}", why)
        secret.settings.check(settings.secret_entry, where=f"target {rule.name}.oidc")
        forward = {"Type": "forward", "Order": 2, "TargetGroupArn": target_group_arn}
        properties = {
            "ListenerArn": listener_arn,
            "Priority": priority,
            "Conditions": _conditions(rule),
            "Actions": [_authenticate(settings, secret.arn), forward],
        }
        rule_of_stack = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": properties}
        template = {"Resources": {"Rule": rule_of_stack}, "Outputs": {"Rule": {"Value": {"Ref": "Rule"}}}}
        self.stack = CloudformationStack(
            self,
            "Default",
            name=context.naming.of(Limit.CLOUDFORMATION_STACK, rule.name, "rule"),
            # In the form that AWS returns, so that the plan shows no difference.
            template_body=json.dumps(template, sort_keys=True, separators=(",", ":")),
            depends_on=[secret.written],
            tags=context.tags.override(Service=rule.name),
        )
        self.arn = f'${{{self.stack.fqn}.outputs["Rule"]}}'


def _authenticate(settings: OidcSettings, secret_arn: str) -> Json:
    # CloudFormation reads the secret again when the text of the reference changes. AWSCURRENT is what a
    # reference without a stage means (CloudFormation user guide, "Get a secret or secret value from Secrets
    # Manager"), so naming it at every other version changes the text and nothing else.
    stage = ":AWSCURRENT" if settings.secret_version % 2 == 0 else ""
    reference = f"{secret_arn}:SecretString:{settings.secret_entry}{stage}"
    return {
        "Type": "authenticate-oidc",
        "Order": 1,
        "AuthenticateOidcConfig": {
            "Issuer": settings.issuer,
            "AuthorizationEndpoint": settings.authorization_endpoint,
            "TokenEndpoint": settings.token_endpoint,
            "UserInfoEndpoint": settings.user_info_endpoint,
            "ClientId": settings.client_id,
            "ClientSecret": f"{{{{resolve:secretsmanager:{reference}}}}}",
            "Scope": settings.scope,
            "SessionTimeout": settings.session_hours * _HOUR,
            "OnUnauthenticatedRequest": settings.unauthenticated,
        },
    }


def _conditions(rule: ListenerRule) -> list[Json]:
    found = [_condition("host-header", {"Values": [rule.host]})]
    if rule.paths:
        found.append(_condition("path-pattern", {"Values": list(rule.paths)}))
    if rule.networks:
        found.append(_condition("source-ip", {"Values": [str(one) for one in rule.networks]}))
    return found + [_header(name, values) for name, values in rule.headers.items()]


def _header(name: str, values: Sequence[str]) -> Json:
    return _condition("http-header", {"HttpHeaderName": name, "Values": list(values)})


def _condition(field: str, config: Mapping[str, Any]) -> Json:
    # "path-pattern" has "PathPatternConfig" (CloudFormation template reference, RuleCondition).
    return {"Field": field, f"{field.title().replace('-', '')}Config": dict(config)}
