"""What AWS refuses because of what already exists: tables, each rule with its source.

Most rules are about what is deleted while something still uses it, the order that a plan must keep. moto
deletes it.
"""

from __future__ import annotations

from aws_emulator.strict.conflicts import databases, edge, network, services
from aws_emulator.strict.conflicts.rules import Account, Conflict, Refusal
from aws_emulator.strict.request_parsing import ParsedRequest

__all__ = ["CONFLICTS", "Account", "Conflict", "Refusal", "conflict_of"]

CONFLICTS = (*databases.CONFLICTS, *edge.CONFLICTS, *network.CONFLICTS, *services.CONFLICTS)


def conflict_of(request: ParsedRequest, account: Account) -> Refusal | None:
    """The first rule that the request breaks."""
    for conflict in CONFLICTS:
        if (conflict.service, conflict.operation) == (request.service, request.operation):
            reasons = tuple(sorted(set(conflict.reasons(request.parameters, account))))
            if reasons:
                return Refusal(conflict=conflict, reasons=reasons)
    return None
