"""How a task ended: the exit code of its container, or why it has none. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modules.errors import ProblemsError

Json = Mapping[str, Any]
# 128 and the signal's number: what stops a container because of something else.
_KILLED, _TERMINATED = 137, 143
# What ECS begins a reason with (ECS developer guide, "Stopped tasks error codes"), and what helps.
_HELP = {
    "CannotPullContainerError": (
        "is the image in the repository, and may the execution role pull it over the network's way out?"
    ),
    "ResourceInitializationError": (
        "may the execution role read each secret and parameter, and has the network a way out or endpoints?"
    ),
    "CannotStartContainerError": "does the image have this program, for this architecture?",
    "CannotCreateContainerError": "are the volumes and the log group of the task there?",
    "OutOfMemoryError": "give the service more memory in the settings",
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The end of a task. `code` is None where the container never ran."""

    code: int | None
    notes: tuple[str, ...]


def outcome(task: Json, container: str) -> Outcome:
    """What became of the container of a stopped task."""
    codes = {one["name"]: one.get("exitCode") for one in task["containers"]}
    return Outcome(code=codes.get(container), notes=tuple(_notes(task, container, codes)))


def _notes(task: Json, container: str, codes: Mapping[str, int | None]) -> Iterator[str]:
    code = codes.get(container)
    reasons = [one["reason"] for one in task["containers"] if one.get("reason")]
    if code in (None, _KILLED, _TERMINATED):
        told = dict.fromkeys([*reasons, task.get("stoppedReason") or ""])
        yield from (f"{task.get('stopCode', 'stopped')}: {reason}" for reason in told if reason)
        for name, other in codes.items():
            if name != container and other not in (None, 0, _KILLED, _TERMINATED):
                yield f"{name} ended with exit code {other}, which ended the task"
    else:
        yield from reasons
    said = " ".join([*reasons, task.get("stoppedReason") or ""])
    yield from (advice for word, advice in _HELP.items() if word in said)


def never_ran(task: Json, container: str, found: Outcome) -> ProblemsError:
    """The error for a task whose container never ran."""
    identity = task["taskArn"].rpartition("/")[2]
    what = "; ".join(found.notes) or "it has no exit code, and ECS says no reason"
    return ProblemsError.one(f"task {identity}", f"{container} never ran: {what}")
