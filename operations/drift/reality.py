"""Drift, read from the JSON of a plan ("JSON Output Format": Plan Representation). Pure.

`resource_drift` has whatever differs between the state and AWS, and so also what nobody minds: a number of
tasks that scaling changed, an image that a deployment changed, a time that AWS keeps. Drift is what the next
apply would take back: an attribute that the same plan changes. What `ignore_changes` names is therefore none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
REDACTED = "(sensitive)"
_TAGS, _ALL_TAGS = "tags.", "tags_all."


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One attribute that is no longer as the last apply left it; the whole resource where it was deleted."""

    address: str
    attribute: str | None
    was: Any
    now: Any


@dataclass(frozen=True, kw_only=True)
class Reality:
    """What a plan says of a stack. `also_planned`: the addresses that it changes beyond the drift."""

    deployed: bool = False
    drift: tuple[Difference, ...] = ()
    also_planned: tuple[str, ...] = ()


def reality(plan: Json) -> Reality:
    """Compare state and AWS, by a plan that was refreshed."""
    planned = {one["address"]: one["change"] for one in plan.get("resource_changes", ()) if _is_changed(one)}
    found = tuple(
        difference
        for one in sorted(plan.get("resource_drift", ()), key=lambda one: str(one["address"]))
        if one["mode"] == "managed" and one["address"] in planned
        for difference in _differences(one["address"], one["change"], planned[one["address"]])
    )
    state = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    deleted = bool(plan.get("resource_drift"))
    return Reality(
        deployed=bool(state.get("resources")) or deleted,
        drift=found,
        also_planned=tuple(sorted(_beyond(planned, found))),
    )


def _is_changed(one: Json) -> bool:
    return one["mode"] == "managed" and not {*one["change"]["actions"]} <= {"no-op", "read"}


def _differences(address: str, drifted: Json, planned: Json) -> Iterator[Difference]:
    before, now = drifted["before"] or {}, drifted["after"]
    if now is None:
        yield Difference(address=address, attribute=None, was="there", now="deleted")
        return
    was, since = dict(_leaves(before)), dict(_leaves(now))
    hidden = (drifted.get("before_sensitive"), drifted.get("after_sensitive"))
    for path in sorted({*was, *since}):
        name = ".".join(path)
        taken_back = path[0] in _changed(planned) and was.get(path) != since.get(path)
        # A resource's tags are among all of its tags.
        if taken_back and not (path[0] == "tags_all" and ("tags", *path[1:]) in {*was, *since}):
            secret = any(_is_hidden(mask, path) for mask in hidden)
            values = (REDACTED, REDACTED) if secret else (was.get(path), since.get(path))
            yield Difference(address=address, attribute=name, was=values[0], now=values[1])


def _changed(planned: Json) -> set[str]:
    """The arguments that a planned change sets; what is known after the apply alone is AWS's to say."""
    before, after = planned["before"] or {}, planned["after"] or {}
    return {name for name in {*before, *after} if name in after and before.get(name) != after[name]}


def _beyond(planned: Mapping[str, Json], drift: tuple[Difference, ...]) -> Iterator[str]:
    explained: dict[str, set[str | None]] = {}
    for one in drift:
        top = one.attribute.partition(".")[0] if one.attribute else None
        explained.setdefault(one.address, set()).add(top)
    for address, change in planned.items():
        tops = explained.get(address, set())
        # All tags follow from the tags.
        if None not in tops and (not tops or _changed(change) - tops - {"tags_all"}):
            yield address


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    value = _document(value)
    items: list[tuple[Any, Any]] = []
    if isinstance(value, Mapping):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(zip(_names(value), value, strict=True))
    if not items:
        yield path, value
    for name, one in items:
        yield from _leaves(one, (*path, str(name)))


def _document(value: Any) -> Any:
    """What a text of JSON has, such as a policy: of two long texts nobody sees how they differ."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _names(values: list[Any]) -> list[Any]:
    """The Sids of the statements of a policy, where each has one of its own; else the places in the list."""
    sids = [one.get("Sid") if isinstance(one, Mapping) else None for one in values]
    return sids if all(sids) and len({*sids}) == len(sids) else list(range(len(values)))


def _is_hidden(mask: Any, path: tuple[str, ...]) -> bool:
    """Whether the mask of sensitive values covers a path, or one that it begins with."""
    for name in path:
        if mask is True:
            return True
        if isinstance(mask, Mapping):
            mask = mask.get(name)
        elif isinstance(mask, list) and name.isdigit() and int(name) < len(mask):
            mask = mask[int(name)]
        else:
            return False
    return mask is True
