"""Rotates an API key without a moment in which a key that is sent is refused.

Runs on Lambda. A version of the secret has three keys: `current`, which clients send; `next`, which they will
send after the next rotation; `previous`, which they sent before the last. Whoever checks keys accepts all
three (`accepted`, joined by commas). So it doesn't matter which tasks a deployment replaces first: a new
client sends what an old task knows as `next`, an old client sends what a new task knows as `previous`.

Variables: SECRET, the ARN of the secret; LENGTH, that of a key; SERVICES, what runs with the keys. Events:
`{"first": true}` makes the first version if there is none; those of Secrets Manager rotate.
"""

from __future__ import annotations

import os
import uuid
from typing import Any

from .secret_rotation import check_secret, finish, held, prepare, present, redeploy

_NAMES = ("current", "next", "previous")


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls."""
    import boto3

    manager = boto3.client("secretsmanager")
    if "first" in event:
        if not present(manager):
            # As the first version it becomes the present one at once (Secrets Manager API, PutSecretValue).
            create(manager, str(uuid.uuid4()))
        return
    check_secret(event)
    # Nothing outside has to be told of a new key (setSecret): whoever checks keys reads the secret.
    steps = {"createSecret": create, "setSecret": test, "testSecret": test, "finishSecret": finish}
    steps[event["Step"]](manager, event["ClientRequestToken"])
    if event["Step"] == "finishSecret":
        redeploy(boto3.client("ecs"))


def create(manager: Any, token: str) -> None:
    """Prepare a new version: the next key becomes the current one."""
    if held(manager, token):
        return
    now = present(manager)
    before = held(manager, now[0]) if now else {}
    keys = {
        "current": before.get("next") or _new(manager),
        "next": _new(manager),
        "previous": before.get("current", ""),
    }
    prepare(manager, token, {**keys, "accepted": ",".join(keys[name] for name in _NAMES if keys[name])})


def test(manager: Any, token: str) -> None:
    """See that the new version's keys differ, and that what clients send now stays accepted."""
    # Secrets Manager tests a new rotation without a new version.
    now = present(manager)
    before = held(manager, now[0]) if now else {}
    new = held(manager, token) or before
    accepted = new["accepted"].split(",")
    if len(set(accepted)) != len(accepted) or new["current"] not in accepted:
        raise RuntimeError("the new version's keys are not different ones")
    if before and before["current"] not in accepted:
        raise RuntimeError("the new version would refuse the key that clients send now")


def _new(manager: Any) -> str:
    key: str = manager.get_random_password(PasswordLength=int(os.environ["LENGTH"]), ExcludePunctuation=True)[
        "RandomPassword"
    ]
    return key
