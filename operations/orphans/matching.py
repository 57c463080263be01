"""Which address of the code is what was found in AWS. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations.orphans.kinds import Kind, not_terraforms
from operations.orphans.known import Address, Known, same_region
from operations.orphans.tagged import Tagged

_DEPLOYED = "a revision that a deployment registered, or that it replaced"
_PLACEHOLDER = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """An address, and the id with which it is imported. `checked`: AWS was asked that it is there."""

    address: str
    id: str
    arn: str | None = None
    checked: bool = True


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is not adopted, and why."""

    arn: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Matched:
    """What becomes of what was found: adopted, left to a person to decide, or of no concern."""

    adoptions: tuple[Adoption, ...]
    left: tuple[Left, ...]
    others: tuple[Left, ...]


def in_no_state(found: Iterable[Tagged], state: Mapping[str, Mapping[str, Any]]) -> list[Tagged]:
    """The things that stand in the state neither by their ARN nor by their type and id."""
    arns = {values.get(name) for values in state.values() for name in ("arn", "id")}
    ids = {(address.partition(".")[0], values.get("id")) for address, values in state.items()}
    return [one for one in found if one.arn not in arns and not ids & {*_type_ids(one)}]


def match(found: Iterable[Tagged], known: Known) -> Matched:
    """Match what is in no state to the addresses of the code, the things that others name first."""
    open_, others = {}, []
    for one in found:
        if whose := not_terraforms(one.arn, one.tags):
            others.append(Left(arn=one.arn, why=whose))
        else:
            open_[one.arn] = one
    adoptions: list[Adoption] = []
    while new := _unique(open_.values(), known):
        for pair in new:
            del open_[pair.one.arn]
            known.adopt(
                pair.address.address, {"id": pair.own_id, "arn": pair.one.arn, "name": pair.facts.get("name")}
            )
            adoptions.append(
                Adoption(
                    address=pair.address.address,
                    id=filled(pair.kind.id, {**pair.facts, "vpc": known.argument(pair.address, "vpc")}),
                    arn=pair.one.arn,
                    checked=pair.one.checked,
                )
            )
    left: list[Left] = []
    for one in open_.values():
        held = [pair for pair in _pairs(one, known.addresses.values(), known) if pair.kind.newest]
        why = _DEPLOYED if held else _why(one, known)
        (others if held else left).append(Left(arn=one.arn, why=why))
    return Matched(adoptions=tuple(adoptions), left=tuple(left), others=tuple(others))


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """A thing and an address that it may be."""

    one: Tagged
    kind: Kind
    facts: Mapping[str, Any]
    address: Address

    @property
    def own_id(self) -> str:
        """The attribute `id`, by which others refer to it: what is imported, but for ids of two parts."""
        return str(self.facts["id"] if "{id}" in self.kind.id else filled(self.kind.id, self.facts))


def _unique(found: Iterable[Tagged], known: Known) -> list[_Pair]:
    """The pairs of which neither side has another."""
    absent = known.absent
    pairs = [pair for one in found for pair in _pairs(one, absent, known)]
    by_address: dict[str, list[_Pair]] = {}
    for pair in pairs:
        by_address.setdefault(pair.address.address, []).append(pair)
    times = Counter(pair.one.arn for pair in pairs)
    chosen = []
    for rivals in by_address.values():
        if rivals[0].kind.newest:
            rivals = [max(rivals, key=lambda pair: int(pair.facts["revision"]))]
        if len(rivals) == 1 and times[rivals[0].one.arn] == 1:
            chosen.append(rivals[0])
    return chosen


def _pairs(one: Tagged, addresses: Iterable[Address], known: Known) -> list[_Pair]:
    return [
        _Pair(one=one, kind=kind, facts=facts, address=address)
        for kind, said in one.kinds
        for facts in ({**said, "tags": one.tags, "is": one.description or {}},)
        for address in addresses
        if address.type in kind.types
        and same_region(address, one.region)
        and all(known.agrees(address, path, _value(facts, at)) for path, at in kind.by.items())
    ]


def _type_ids(one: Tagged) -> Iterator[tuple[str, str]]:
    for kind, said in one.kinds:
        for value in {said.get("id"), said.get("name"), said.get("path"), filled(kind.id, said)} - {None}:
            yield from ((kind_type, str(value)) for kind_type in kind.types)


def _why(one: Tagged, known: Known) -> str:
    """Why something is not adopted."""
    if not one.kinds:
        return "of a type that this command does not know: import it by hand, or delete it"
    if absent := _pairs(one, known.absent, known):
        return f"one of several that could be {absent[0].address.address}: keep one, delete the others"
    if held := _pairs(one, known.addresses.values(), known):
        return f"{held[0].address.address} is another one already: delete this one once nothing uses it"
    kinds = " or ".join(kind_type for kind, _ in one.kinds for kind_type in kind.types)
    return f"no {kinds} of the code is it: delete it, or put it into the code and import it"


def _value(facts: Mapping[str, Any], at: str) -> Any:
    return filled(at, facts) if "{" in at else _look(facts, at)


def _look(facts: Mapping[str, Any], path: str) -> Any:
    value: Any = facts
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def filled(template: str, facts: Mapping[str, Any]) -> str:
    """A template such as `{cluster}/{name}` with its values."""
    return _PLACEHOLDER.sub(lambda found: str(_look(facts, found[1]) or found[0]), template)
