"""Changes of a plan that open or weaken something, for a security review. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
_EVERYWHERE = {"0.0.0.0/0", "::/0"}
_POLICIES = ("policy", "assume_role_policy", "inline_policy")
_BROAD = ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
# Argument -> the value that no resource should get, and a phrase for it.
_WEAK: dict[str, tuple[Any, str]] = {
    "publicly_accessible": (True, "is reachable from the internet"),
    "storage_encrypted": (False, "is not encrypted"),
}
# The same for existing resources: new ones are left to the policy, and some (a read replica) have no choice.
_WEAKER: dict[str, tuple[Any, str]] = {
    "block_public_acls": (False, "public ACLs are no longer blocked"),
    "block_public_policy": (False, "public bucket policies are no longer blocked"),
    "deletion_protection": (False, "is no longer protected from deletion"),
    "deletion_protection_enabled": (False, "is no longer protected from deletion"),
    "enable_deletion_protection": (False, "is no longer protected from deletion"),
    "enable_key_rotation": (False, "its key is no longer rotated"),
    "force_destroy": (True, "can be destroyed with all that is in it"),
    "restrict_public_buckets": (False, "public access is no longer restricted"),
    "skip_final_snapshot": (True, "leaves no snapshot when it is destroyed"),
}


def notes(document: Json) -> list[str]:
    """A sentence for each thing that a plan opens or weakens and that was not so before."""
    found = []
    for one in document.get("resource_changes", ()):
        before, after = one["change"]["before"] or {}, one["change"]["after"] or {}
        if one["mode"] == "managed" and after:
            earlier = {*_weaknesses(one["type"], before), *_weak(_WEAKER, before)}
            now = [*_weaknesses(one["type"], after), *(_weak(_WEAKER, after) if before else ())]
            found += [f"{one['address']}: {what}" for what in now if what not in earlier]
    return sorted(dict.fromkeys(found))


def _weaknesses(kind: str, values: Json) -> Iterator[str]:
    yield from _open_rules(kind, values)
    for argument in _POLICIES:
        if isinstance(text := values.get(argument), str):
            yield from _broad_statements(kind, text)
    if (arn := values.get("policy_arn")) and str(arn).endswith(_BROAD):
        yield f"attaches {str(arn).rpartition('/')[2]}"
    yield from _weak(_WEAK, values)


def _weak(arguments: Mapping[str, tuple[Any, str]], values: Json) -> Iterator[str]:
    # `is`: an absent argument is None, and 0 is not False here.
    return (words for argument, (weak, words) in arguments.items() if values.get(argument) is weak)


def _open_rules(kind: str, values: Json) -> Iterator[str]:
    incoming = kind == "aws_vpc_security_group_ingress_rule" or values.get("type") == "ingress"
    rules = [values] if incoming else values.get("ingress") or []
    for rule in rules if isinstance(rules, list) else []:
        sources = {rule.get("cidr_ipv4"), rule.get("cidr_ipv6"), *(rule.get("cidr_blocks") or ())}
        for source in sorted(_EVERYWHERE & (sources | {*(rule.get("ipv6_cidr_blocks") or ())})):
            yield f"port {_ports(rule)} is open to {source}"


def _ports(rule: Json) -> str:
    first, last = rule.get("from_port"), rule.get("to_port")
    if first is None or first == -1:
        return "of every number"
    return str(first) if first == last else f"{first}-{last}"


def _broad_statements(kind: str, text: str) -> Iterator[str]:
    try:
        document = json.loads(text)
    except ValueError:
        return  # not an IAM policy document
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement.get("Effect") == "Allow":
            yield from _broad(kind, statement)


def _broad(kind: str, statement: Json) -> Iterator[str]:
    if kind.startswith("aws_iam_"):
        for action in _listed(statement.get("Action")):
            # In a key's or a bucket's own policy, all actions on itself are usual.
            if action.endswith("*") and action.partition(":")[2] in ("", "*"):
                yield f"allows {action}"
    principal = statement.get("Principal")
    everybody = _listed(principal.get("AWS") if isinstance(principal, dict) else principal)
    if "*" in everybody and not statement.get("Condition"):
        yield f"allows everybody {', '.join(_listed(statement.get('Action')))}"


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [] if value is None else [str(value)]
