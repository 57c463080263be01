"""IAM's decisions, by a simulator that knows AWS's actions, their resource types and condition keys.

The simulator is @cloud-copilot/iam-simulate, a development dependency in package.json, run as a program.
It answers as long as the tests run: starting it takes far longer than an answer.
"""

from __future__ import annotations

import atexit
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"
# What the simulator says of an action that no resource of the type takes.
OTHER_TYPE = '{"message": "no.resource.types"}'

# The default policy of a KMS key, which leaves its use to IAM (KMS developer guide, "Default key policy").
BY_IAM = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}

Context = Mapping[str, str | list[str]]
_PROGRAM = Path(__file__).with_name("simulate.mjs")
_NODE = Path(__file__).parents[2] / "node_modules/.bin/node"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """May `principal`, which has `policies`, do `action` on `resource`?"""

    principal: str
    policies: Sequence[Any]
    action: str
    resource: str
    context: Context = field(default_factory=dict)
    resource_policy: Any = None


def decisions(asks: Sequence[Ask]) -> list[str]:
    """ "Allowed", "ImplicitlyDenied" or "ExplicitlyDenied" of each; else what is wrong with the question."""
    assert asks, "nothing is asked"
    # Of policies whose statements are about other actions there is nothing to find out; whether the question
    # is one at all, the simulator says of the first that asks it.
    first = {(ask.action, ask.resource): at for at, ask in reversed([*enumerate(asks)])}
    put = [at for at, ask in enumerate(asks) if first[ask.action, ask.resource] == at or _may(ask)]
    answered = dict(zip(put, _simulated([asks[at] for at in put]), strict=True))
    return [answered.get(at, "ImplicitlyDenied") for at in range(len(asks))]


def _may(ask: Ask) -> bool:
    """Whether a statement may be about the action."""
    statements = [one for policy in ask.policies for one in _listed(policy["Statement"])]
    return ask.resource_policy is not None or any(
        "Action" not in one
        or any(fnmatchcase(ask.action.lower(), pattern.lower()) for pattern in _listed(one["Action"]))
        for one in statements
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _simulated(asks: Sequence[Ask]) -> list[str]:
    body = [
        {
            "principal": ask.principal,
            "policies": ask.policies,
            "action": ask.action,
            "resource": ask.resource,
            "account": ACCOUNT,
            "context": dict(ask.context),
            "resourcePolicy": ask.resource_policy,
        }
        for ask in asks
    ]
    program = _program()
    assert program.stdin
    assert program.stdout
    assert program.stderr
    program.stdin.write(f"{json.dumps(body)}\n")
    program.stdin.flush()
    answered = program.stdout.readline()
    assert answered, program.stderr.read()
    answers = json.loads(answered)
    return [answer.get("decision") or json.dumps(answer["errors"]) for answer in answers]


@cache
def _program() -> subprocess.Popen[str]:
    """The simulator, which this process starts once; it ends with its standard input."""
    node = str(_NODE) if _NODE.exists() else "node"
    pipe = subprocess.PIPE
    started = subprocess.Popen([node, str(_PROGRAM)], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    atexit.register(started.communicate)
    return started
