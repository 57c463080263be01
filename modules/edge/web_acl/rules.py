"""The statements of a web ACL, in AWS's words. Pure.

The bindings leave statements untyped, since they nest without end: what is made here reaches Terraform as it
is, so the keys are the provider's.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .settings import Action, ManagedRuleGroup, RateLimit, WebAclSettings, addresses_by_version

Json = dict[str, Any]


class Rule(NamedTuple):
    """A rule of a web ACL. `group` tells that its own rules act, and `action` only overrides them.

    `status` is what a blocked request is answered with, if not 403.
    """

    name: str
    action: Action | str
    statement: Json
    group: bool = False
    status: int | None = None


def rules(settings: WebAclSettings, ip_sets: dict[str, str]) -> list[Rule]:
    """Every rule, in the order they are asked. `ip_sets`: `allowed-ipv4` and the like → ARN."""
    made: list[Rule] = []
    for kind, addresses, action in (
        ("allowed", settings.allowed, "allow"),
        ("denied", settings.denied, "block"),
    ):
        for version in addresses_by_version(addresses):
            name = f"{kind}-{version.lower()}"
            statement = {"ip_set_reference_statement": {"arn": ip_sets[name]}}
            made.append(Rule(name, action, statement))
    made += [
        # 429 tells an honest client to wait.
        Rule(f"rate-{limit.name}", limit.action, _rate(limit), status=429)
        for limit in settings.rate_limits
    ]
    made += [Rule(group.short_name, group.action, _managed(group), group=True) for group in settings.groups]
    if settings.count_all:
        made = [rule if rule.action == "allow" else rule._replace(action="count") for rule in made]
    return made


def _rate(limit: RateLimit) -> Json:
    statement: Json = {
        "limit": limit.requests,
        "evaluation_window_sec": limit.window,
        "aggregate_key_type": "IP",
    }
    if limit.path_prefix:
        # Decoded and lower-cased first, or %61pi and API would each have a limit of their own.
        decoded = {"priority": 0, "type": "URL_DECODE"}
        lower = {"priority": 1, "type": "LOWERCASE"}
        statement["scope_down_statement"] = {
            "byte_match_statement": {
                "field_to_match": {"uri_path": {}},
                "positional_constraint": "STARTS_WITH",
                "search_string": limit.path_prefix.lower(),
                "text_transformation": [decoded, lower],
            }
        }
    return {"rate_based_statement": statement}


def _managed(group: ManagedRuleGroup) -> Json:
    statement: Json = {"vendor_name": "AWS", "name": group.name}
    if group.counted:
        statement["rule_action_override"] = [
            {"name": name, "action_to_use": {"count": {}}} for name in group.counted
        ]
    return {"managed_rule_group_statement": statement}
