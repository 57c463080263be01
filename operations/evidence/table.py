"""The rows of a stack: each control, what meets it, what does not, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from operations.evidence.control import Control, Framework, Status, Where
from operations.evidence.data_protection import DATA_PROTECTION
from operations.evidence.foundations import FOUNDATIONS
from operations.synthesized.stack import SynthesizedStack

_NOT_IN_THE_ACCOUNT = "no account stack of the project has this part"
FRAMEWORKS = (FOUNDATIONS, DATA_PROTECTION)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A control of a framework, and what is said of it.

    `addresses` meet it, as `stack: address` where they are another stack's; `failing` do not. A row without
    addresses has a reason.
    """

    framework: str
    control: str
    title: str
    status: Status
    addresses: Sequence[str]
    failing: Sequence[str]
    reason: str
    test: str


def rows(stack: SynthesizedStack, accounts: Sequence[SynthesizedStack]) -> list[Row]:
    """What is said of a stack: by every framework that is for all, and by those that its tags name."""
    asked = str(stack.default_tags.get("Compliance", ""))
    return [
        _row(framework, control, stack, accounts)
        for framework in FRAMEWORKS
        if framework.tag is None or framework.tag in asked.split()
        for control in framework.controls
    ]


def _row(
    framework: Framework, control: Control, stack: SynthesizedStack, accounts: Sequence[SynthesizedStack]
) -> Row:
    meeting: list[str] = []
    failing: list[str] = []
    by_absence = False
    if control.look:
        for one in accounts if control.where is Where.ACCOUNT else [stack]:
            found = control.look(one)
            by_absence = found.by_absence
            meeting += _named(found.meeting, one, stack)
            failing += _named(found.failing, one, stack)
    status = _status(control, meeting=bool(meeting), failing=bool(failing), by_absence=by_absence)
    return Row(
        framework=framework.name,
        control=control.id,
        title=control.title,
        status=status,
        addresses=meeting,
        failing=failing,
        reason=_reason(control, status, some=bool(meeting or failing)),
        test=control.test if status in (Status.MET, Status.PARTLY) else "",
    )


def _named(addresses: Sequence[str], of: SynthesizedStack, stack: SynthesizedStack) -> Iterator[str]:
    for address in addresses:
        yield address if of is stack else f"{of.name}: {address}"


def _status(control: Control, *, meeting: bool, failing: bool, by_absence: bool) -> Status:
    if control.look is None:
        return Status.BY_PEOPLE
    if failing:
        return Status.PARTLY if meeting else Status.NOT_MET
    if meeting:
        return Status.PARTLY if control.partly else Status.MET
    if by_absence:
        return Status.MET
    return Status.NOT_MET if control.where is Where.ACCOUNT else Status.NOTHING_TO_MEET


def _reason(control: Control, status: Status, *, some: bool) -> str:
    if some:
        return "" if status is Status.MET else control.reason
    if control.where is Where.ACCOUNT:
        return _NOT_IN_THE_ACCOUNT
    return control.none or control.reason
