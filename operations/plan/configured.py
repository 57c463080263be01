"""A plan without what AWS added to a deployed stack: the blocks that its configuration doesn't set. Pure.

After a refresh, blocks that are optional and computed hold what AWS answers: a security group's `ingress` and
`egress` repeat the rules that stand as resources of their own. Before the first apply the same blocks are
unknown, and absent from the plan. A policy judges the configuration, so it must give one answer to both.
Source: Terraform documentation, "JSON Output Format", planned values and configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def configured(plan: Json) -> dict[str, Any]:
    """The plan without the blocks that no configuration sets; all other values stay."""
    arguments = _arguments(plan)
    result = dict(plan)
    if "planned_values" in plan:
        root = plan["planned_values"].get("root_module", {})
        kept = [
            # Ephemeral resources have no values, and get none: checkov ends with an error at a null.
            {**one, "values": _values(one["address"], one["values"], arguments)} if "values" in one else one
            for one in root.get("resources", ())
        ]
        result["planned_values"] = {
            **plan["planned_values"],
            "root_module": {**root, **({"resources": kept} if kept else {})},
        }
    if "resource_changes" in plan:
        result["resource_changes"] = [_change(one, arguments) for one in plan["resource_changes"]]
    return result


def _arguments(plan: Json) -> dict[str, frozenset[str]]:
    root = plan.get("configuration", {}).get("root_module", {})
    return {one["address"]: frozenset(one.get("expressions", ())) for one in root.get("resources", ())}


def _change(one: Json, arguments: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    change = one["change"]
    return {**one, "change": {**change, "after": _values(one["address"], change["after"], arguments)}}


def _values(address: str, values: Any, arguments: Mapping[str, frozenset[str]]) -> Any:
    # With count or for_each the address has an index, which the configuration's has not.
    set_here = arguments.get(address.partition("[")[0])
    if set_here is None or not isinstance(values, dict):
        return values
    return {name: value for name, value in values.items() if name in set_here or not _is_block(value)}


def _is_block(value: Any) -> bool:
    """Whether a value has blocks in it; an empty list is a block that is not there, before and after."""
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)
