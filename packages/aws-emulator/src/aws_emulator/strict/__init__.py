"""Refuses the calls that AWS refuses.

By AWS's published service models, by rules that these leave out, and by what exists already.

`AWS_EMULATOR_STRICT=0` in the environment of the emulator's process turns it off.
"""

from __future__ import annotations

import os

from moto.core.models import DEFAULT_ACCOUNT_ID

from aws_emulator.calls import Answer, Call
from aws_emulator.strict.additional_rules import additional_violations
from aws_emulator.strict.answers import conflict_answer, refusal_of
from aws_emulator.strict.conflicts import Account, conflict_of
from aws_emulator.strict.model_mistakes import is_mistake
from aws_emulator.strict.request_parsing import parsed
from aws_emulator.strict.service_models import Violation, violations

__all__ = ["Violation", "is_on", "refused"]


def is_on() -> bool:
    """Whether calls are checked (`AWS_EMULATOR_STRICT` is anything but 0)."""
    return os.environ.get("AWS_EMULATOR_STRICT") != "0"


def refused(call: Call) -> Answer | None:
    """What AWS answers to a call that it refuses; None where there is nothing to object to.

    A call that can't be read (an unknown service, a path of moto's own) is moto's affair.
    """
    if why := call.problem_of_json:
        return call.refused(400, call.unreadable, why)
    request = parsed(call)
    if request is None:
        return None
    found = [
        *(one for one in violations(request.shape, request.parameters) if not is_mistake(request, one)),
        *additional_violations(request),
    ]
    if found:
        return refusal_of(request, found)
    account = Account(id=DEFAULT_ACCOUNT_ID, region=call.region or "us-east-1")
    refusal = conflict_of(request, account)
    return conflict_answer(request, refusal) if refusal else None
