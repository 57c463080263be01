"""What a plan was found to do, for a terminal, for Markdown and for programs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from operations.plan.policy import Finding
from operations.plan.summary import Change

# What a plan without secrets doesn't know, for people.
BLIND = (
    "Planned from the state alone: AWS was not asked and no secret was read. What somebody changed by hand "
    "since the last apply is not seen here (`infra drift` sees it), and this plan can't be applied."
)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """A plan's changes, changed outputs and security notes; what is lost unless accepted; policy findings.

    `policy` is None where it was not checked. `blind`: planned without secrets. `paused`: a plan of the
    paused stack.
    """

    stack: str
    changes: Sequence[Change]
    outputs: Sequence[str] = ()
    notes: Sequence[str] = ()
    losing: Sequence[Change] = ()
    policy: Sequence[Finding] | None = None
    blind: bool = False
    paused: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not self.changes and not self.outputs

    @property
    def refused(self) -> bool:
        """Whether the plan would lose data, or the policy has findings."""
        return bool(self.losing or self.policy)

    def as_dict(self) -> dict[str, Any]:
        """The findings for programs."""
        return {
            "stack": self.stack,
            "refused": self.refused,
            "without_secrets": self.blind,
            "paused": self.paused,
            "changes": [
                {
                    "address": one.address,
                    "type": one.type,
                    "action": one.action,
                    "because": list(one.because),
                    "loses": one.loses,
                }
                for one in self.changes
            ],
            "outputs": list(self.outputs),
            "security": list(self.notes),
            "losing": [one.address for one in self.losing],
            "policy": None
            if self.policy is None
            else [{"check": one.check, "address": one.address, "title": one.title} for one in self.policy],
        }
