"""Rules of a web ACL. Pure.

The bindings leave statements untyped, since they are recursive: they are passed to Terraform unchanged, so
their keys are the provider's argument names.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .settings import Action, ManagedRuleGroup, RateLimit, WebAclSettings, addresses_by_version

Json = dict[str, Any]


class Rule(NamedTuple):
    """A rule of a web ACL. With `group` it refers to a rule group, and `action` is the override action.

    `status` is the response code of blocked requests, if not 403.
    """

    name: str
    action: Action | str
    statement: Json
    group: bool = False
    status: int | None = None


def rules(settings: WebAclSettings, ip_sets: dict[str, str]) -> list[Rule]:
    """All rules in the order of evaluation. `ip_sets`: name, such as `allowed-ipv4` → ARN."""
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
        # 429: Too Many Requests.
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
        # Without these transformations /%61pi and /API would not match /api.
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
