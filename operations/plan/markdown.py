"""A plan as Markdown, for a comment on a pull request. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from operations.plan.findings import BLIND, Findings
from operations.plan.summary import ACTIONS, Change, counts

# A comment on GitHub has at most 65,536 characters; several stacks share one.
_SHOWN = 60
_DESTRUCTIVE = ("replace", "destroy")


def markdown(found: Findings) -> str:
    """The plan with what would be destroyed first, and everything else folded away."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Findings) -> Iterator[str]:
    yield f"### `{found.stack}`: {_headline(found)}"
    yield ""
    if found.paused:
        yield f"The stack is paused, and so is its plan. To end it: `infra resume {found.stack}`.\n"
    if found.losing:
        yield "> [!CAUTION]"
        yield f"> **This loses data: {len(found.losing)}**"
        yield from (f"> - {_code(one.address)} would be {_done(one)}: {one.loses}" for one in found.losing)
        yield ""
    destroyed = [one for one in found.changes if one.action in _DESTRUCTIVE]
    if destroyed:
        yield "**Destroyed or replaced**\n"
        yield from _listed(destroyed)
        yield ""
    if found.notes:
        yield "**Security, to look at**\n"
        yield from (f"- {_plain(one)}" for one in found.notes)
        yield ""
    if found.policy:
        yield "**Policy**\n"
        yield from (f"- {one.check} {_code(one.address)}: {_plain(one.title)}" for one in found.policy)
        yield ""
    if not found.empty:
        yield from _folded(found)
    if found.blind:
        yield f"<sub>{BLIND}</sub>"


def _headline(found: Findings) -> str:
    if found.empty:
        return "no changes"
    by_action = {action: sum(one.action == action for one in found.changes) for action in ACTIONS}
    told = ", ".join(f"{number} to {action}" for action, number in by_action.items() if number)
    return f"{told or 'outputs change'}{', **refused**' if found.refused else ''}"


def _folded(found: Findings) -> Iterator[str]:
    yield "<details><summary>All changes</summary>\n"
    if found.changes:
        by_type = counts(found.changes)
        used = [action for action in ACTIONS if any(count[action] for count in by_type.values())]
        yield f"| resource type | {' | '.join(used)} |"
        yield f"| --- |{' ---: |' * len(used)}"
        for kind, count in by_type.items():
            yield f"| {_code(kind)} | {' | '.join(str(count[action] or '') for action in used)} |"
        yield ""
        yield from _listed([one for one in found.changes if one.action not in _DESTRUCTIVE])
    if found.outputs:
        yield f"\nOutputs: {', '.join(_code(one) for one in found.outputs)}"
    yield "\n</details>\n"


def _listed(changes: Collection[Change]) -> Iterator[str]:
    for change in list(changes)[:_SHOWN]:
        because = f": {', '.join(_code(one) for one in change.because)}" if change.because else ""
        yield f"- {change.action} {_code(change.address)}{because}"
    if len(changes) > _SHOWN:
        yield f"- and {len(changes) - _SHOWN} more"


def _done(change: Change) -> str:
    return "replaced" if change.action == "replace" else "destroyed"


def _code(text: str) -> str:
    """Text that Markdown leaves as it is: a name in a pull request must not become a link or a mention."""
    return f"`{text.replace('`', chr(39)).replace(chr(10), ' ').replace('|', chr(92) + '|')}`"


def _plain(text: str) -> str:
    return text.replace("\n", " ").replace("<", "&lt;").replace("@", "@\u200b")
