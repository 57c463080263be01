"""Statements of web ACLs and rule groups, as the provider takes them. Pure.

The bindings leave statements untyped, since they are recursive: they are passed to Terraform unchanged, so
their keys are the provider's argument names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .rule_group_settings import CountryMatch, GroupRule, HeaderMatch, Match, PathMatch, PatternMatch
from .settings import BotControl, ManagedRuleGroup, RateLimit

Json = dict[str, Any]
# Without these transformations /%61pi and /API would not match /api.
_DECODED: list[Json] = [{"priority": 0, "type": "URL_DECODE"}, {"priority": 1, "type": "LOWERCASE"}]
_LOWER: list[Json] = [{"priority": 0, "type": "LOWERCASE"}]


def rate(limit: RateLimit) -> Json:
    """A rate-based statement."""
    statement: Json = {
        "limit": limit.requests,
        "evaluation_window_sec": limit.window,
        "aggregate_key_type": "FORWARDED_IP" if limit.forwarded_header else "IP",
    }
    if limit.forwarded_header:
        statement["forwarded_ip_config"] = {
            "header_name": limit.forwarded_header,
            "fallback_behavior": limit.fallback,
        }
    if limit.path_prefix:
        statement["scope_down_statement"] = _path(limit.path_prefix, "STARTS_WITH")
    return {"rate_based_statement": statement}


def managed(group: ManagedRuleGroup) -> Json:
    """A managed rule group."""
    statement: Json = {"vendor_name": "AWS", "name": group.name}
    if group.counted:
        statement["rule_action_override"] = [
            {"name": name, "action_to_use": {"count": {}}} for name in group.counted
        ]
    return {"managed_rule_group_statement": statement}


def bots(control: BotControl) -> Json:
    """AWS WAF's managed rule group for bots."""
    level: Json = {"inspection_level": control.level}
    if control.level == "TARGETED":
        level["enable_machine_learning"] = control.machine_learning
    statement: Json = {
        "vendor_name": "AWS",
        "name": "AWSManagedRulesBotControlRuleSet",
        "managed_rule_group_configs": [{"aws_managed_rules_bot_control_rule_set": level}],
    }
    if control.path_prefix:
        statement["scope_down_statement"] = _path(control.path_prefix, "STARTS_WITH")
    return {"managed_rule_group_statement": statement}


def rule(name: str, settings: GroupRule, pattern_sets: Mapping[str, str]) -> Json:
    """What a rule of a group matches. `pattern_sets` is the key of a pattern match → ARN of its set."""
    found = [
        _negated(_match(match, pattern_sets.get(pattern_key(name, place), "")), negated=match.negated)
        for place, match in enumerate(settings.matches)
    ]
    return found[0] if len(found) == 1 else {"and_statement": {"statement": found}}


def pattern_key(name: str, place: int) -> str:
    """The key of the pattern set of a rule: its name, with a number from the second match on."""
    return name if place == 0 else f"{name}-{place + 1}"


def _match(match: Match, pattern_set: str) -> Json:
    match match:
        case PathMatch():
            return _path(match.value, match.position)
        case HeaderMatch():
            return _text(match.value, match.position, {"single_header": {"name": match.header}}, _LOWER)
        case CountryMatch():
            return {"geo_match_statement": {"country_codes": list(match.countries)}}
        case PatternMatch():
            return {
                "regex_pattern_set_reference_statement": {
                    "arn": pattern_set,
                    "field_to_match": _searched(match),
                    "text_transformation": _DECODED,
                }
            }


def _searched(match: PatternMatch) -> Json:
    if match.header:
        return {"single_header": {"name": match.header}}
    return {"uri_path": {}} if match.searched == "path" else {"query_string": {}}


def _path(value: str, position: str) -> Json:
    return _text(value, position, {"uri_path": {}}, _DECODED)


def _text(value: str, position: str, field: Json, transformations: list[Json]) -> Json:
    return {
        "byte_match_statement": {
            "field_to_match": field,
            "positional_constraint": position,
            "search_string": value.lower(),
            "text_transformation": transformations,
        }
    }


def _negated(statement: Json, *, negated: bool) -> Json:
    return {"not_statement": {"statement": [statement]}} if negated else statement
