"""Controls of an audit, and what is said of each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from operations.synthesized.stack_json import Json, StackJson


class Status(StrEnum):
    """Whether a control is met: by resources; by none that there are; or not by Terraform at all."""

    MET = "met"
    PARTLY = "partly met"
    NOT_MET = "not met"
    NOTHING_TO_MEET = "nothing to meet"
    BY_PEOPLE = "by people"


class Where(StrEnum):
    """Whose resources a control is about: the stack's, or those of the account that it is deployed to."""

    STACK = "stack"
    ACCOUNT = "account"


@dataclass(frozen=True, kw_only=True)
class Found:
    """Addresses that meet a control, and those that do not; `by_absence`: it is met where there are none."""

    meeting: Sequence[str]
    failing: Sequence[str] = ()
    by_absence: bool = False


Look = Callable[[StackJson], Found]


@dataclass(frozen=True, kw_only=True)
class Control:
    """A control of a framework.

    `look` says which resources meet it; None: people do, as `reason` says. `reason` explains what is not met,
    or met `partly` alone; `none` that there is nothing to meet it, or to be met. `test`: the one
    that holds it, as pytest names it.
    """

    id: str
    title: str
    reason: str = ""
    none: str = ""
    look: Look | None = None
    where: Where = Where.STACK
    test: str = ""
    partly: bool = False


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A framework with its source, and the value of the tag Compliance that asks for it; None: always."""

    name: str
    source: str
    controls: Sequence[Control]
    tag: str | None = None


def resources(kinds: str, fits: Callable[[Json], bool]) -> Look:
    """Every resource of some types, parted by whether it fits."""

    def look(stack: StackJson) -> Found:
        found = [
            (f"{kind}.{name}", fits(body))
            for kind in kinds.split()
            for name, body in stack.resources(kind).items()
        ]
        return _parted(found)

    return look


def each(kind: str, companion: str, argument: str, fits: Callable[[Json], bool]) -> Look:
    """Every resource of a type: whether one of another type names it in an argument, and fits."""

    def look(stack: StackJson) -> Found:
        companions = [one for one in stack.resources(companion).items() if fits(one[1])]
        found = []
        for name in stack.resources(kind):
            mine = [other for other, body in companions if f"{kind}.{name}." in str(body.get(argument))]
            found += [(f"{companion}.{other}", True) for other in mine] or [(f"{kind}.{name}", False)]
        return _parted(found)

    return look


def absent(kinds: str) -> Look:
    """No resource of some types."""

    def look(stack: StackJson) -> Found:
        found = [f"{kind}.{name}" for kind in kinds.split() for name in stack.resources(kind)]
        return Found(meeting=(), failing=found, by_absence=True)

    return look


def is_encrypted(database: Json) -> bool:
    """Whether a database is encrypted; a replica is as its source."""
    return bool(database.get("storage_encrypted") or database.get("replicate_source_db"))


def survives_a_zone(instance: Json) -> bool:
    """Whether an instance of RDS has a standby in another zone, or is a replica, which another replaces."""
    return bool(instance.get("multi_az") or instance.get("replicate_source_db"))


def true(*arguments: str) -> Callable[[Json], bool]:
    """Whether arguments are true, which some of the provider's are as texts."""
    return lambda body: all(str(body.get(one)).lower() == "true" for one in arguments)


def _parted(found: Iterable[tuple[str, bool]]) -> Found:
    every = list(found)
    return Found(
        meeting=[address for address, fits in every if fits],
        failing=[address for address, fits in every if not fits],
    )
