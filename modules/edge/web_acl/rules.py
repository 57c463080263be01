"""Rules of a web ACL, in the order of evaluation. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .settings import Action, WebAclSettings, addresses_by_version
from .statements import bots, managed, rate

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


def rules(
    settings: WebAclSettings, ip_sets: Mapping[str, str], rule_groups: Mapping[str, str] | None = None
) -> list[Rule]:
    """All rules in the order of evaluation.

    `ip_sets`: name, such as `allowed-ipv4` → ARN; `rule_groups`: name of one's own group → ARN.
    """
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
        Rule(f"rate-{limit.name}", limit.action, rate(limit), status=429)
        for limit in settings.rate_limits
    ]
    made += [
        Rule(f"own-{name}", "block", {"rule_group_reference_statement": {"arn": arn}}, group=True)
        for name, arn in (rule_groups or {}).items()
    ]
    made += [Rule(group.short_name, group.action, managed(group), group=True) for group in settings.groups]
    if control := settings.bot_control:
        # The last one, since it is paid for by the request that it looks at.
        made.append(Rule("BotControl", control.action, bots(control), group=True))
    if settings.count_all:
        made = [rule if rule.action == "allow" else rule._replace(action="count") for rule in made]
    return made
