"""The changes of a plan, read from its JSON ("JSON Output Format": Plan Representation). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modules.errors import Problem, ProblemsError, refusal
from operations.plan.data_holding import DATA_HOLDING

Json = Mapping[str, Any]
# The worst first, as they are shown.
ACTIONS = ("replace", "destroy", "update", "create", "import", "move", "forget")
_DESTRUCTIVE = ("replace", "destroy")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of one resource: an action of ACTIONS, and the arguments that cause it."""

    address: str
    type: str
    action: str
    because: tuple[str, ...] = ()

    @property
    def loses(self) -> str | None:
        """What is lost with the resource, if it holds data."""
        return DATA_HOLDING.get(self.type) if self.action in _DESTRUCTIVE else None


def changes(document: Json) -> list[Change]:
    """Every change of managed resources, the worst first, then by address."""
    found = [change for one in document.get("resource_changes", ()) for change in _change(one)]
    return sorted(found, key=lambda change: (ACTIONS.index(change.action), change.address))


def counts(found: Collection[Change]) -> dict[str, Counter[str]]:
    """Actions by resource type: types of which something is replaced or destroyed first."""
    by_type: dict[str, Counter[str]] = {}
    for change in found:
        by_type.setdefault(change.type, Counter())[change.action] += 1
    return dict(sorted(by_type.items(), key=lambda item: ([-item[1][action] for action in ACTIONS], item[0])))


def changed_outputs(document: Json) -> list[str]:
    """The names of the outputs whose value changes or may change."""
    found = document.get("output_changes", {})
    return sorted(name for name, one in found.items() if one["actions"] != ["no-op"])


def losses(found: Collection[Change], accepted: Collection[str]) -> list[Change]:
    """The changes that lose data and whose address was not accepted.

    Raises ProblemsError for an accepted address at which nothing is lost: a typing error must not pass.
    """
    losing = {change.address: change for change in found if change.loses}
    allowed = ", ".join(losing) or "none, for this plan loses no data"
    if unknown := [address for address in accepted if address not in losing]:
        fix = "name the address as the plan shows it"
        raise ProblemsError(
            Problem(where="--accept", what=refusal(got=repr(one), allowed=allowed, fix=fix))
            for one in unknown
        )
    return [change for address, change in losing.items() if address not in accepted]


def _change(one: Json) -> Iterator[Change]:
    action = _action(one) if one["mode"] == "managed" else None
    if action:
        because = _replacing(one["change"]) if action == "replace" else ()
        because = _updated(one["change"]) if action == "update" else because
        # The old object of a replacement that was stopped half-way.
        address = f"{one['address']} (deposed {one['deposed']})" if "deposed" in one else one["address"]
        yield Change(address=address, type=one["type"], action=action, because=because)


def _action(one: Json) -> str | None:
    actions = set(one["change"]["actions"])
    if {"create", "delete"} <= actions:
        return "replace"
    for known, action in (("delete", "destroy"), ("forget", "forget"), ("create", "create")):
        if known in actions:
            return action
    if "update" in actions:
        return "update"
    if one["change"].get("importing"):
        return "import"
    return "move" if one.get("previous_address") else None


def _replacing(change: Json) -> tuple[str, ...]:
    paths = [".".join(str(step) for step in path) for path in change.get("replace_paths", ())]
    return tuple(dict.fromkeys(paths))


def _updated(change: Json) -> tuple[str, ...]:
    before, after, unknown = change["before"], change["after"], change.get("after_unknown") or {}
    differing = [name for name in after if before.get(name) != after[name]]
    return tuple(sorted({*differing, *(name for name, value in unknown.items() if value is True)}))
