"""What functions that rotate a secret share (Secrets Manager user guide, "Lambda rotation functions").

Variables: SECRET, the ARN of the secret; SERVICES, a JSON list of ECS services that were injected its values.
"""

from __future__ import annotations

import json
import os
from typing import Any


def check_secret(event: dict[str, Any]) -> None:
    """Refuse to rotate another secret than the function's own."""
    if event["SecretId"] != os.environ["SECRET"]:
        raise ValueError(f"secret: got {event['SecretId']}; allowed: {os.environ['SECRET']}")


def present(manager: Any) -> list[str]:
    """The id of the present version, if there is one."""
    versions = manager.list_secret_version_ids(SecretId=os.environ["SECRET"])["Versions"]
    return [one["VersionId"] for one in versions if "AWSCURRENT" in one["VersionStages"]]


def content(manager: Any, secret: str, **version: str) -> dict[str, str]:
    """The entries of a secret."""
    found: dict[str, str] = json.loads(manager.get_secret_value(SecretId=secret, **version)["SecretString"])
    return found


def held(manager: Any, version: str) -> dict[str, str]:
    """The entries of a version of the function's secret; none before it was created."""
    try:
        return content(manager, os.environ["SECRET"], VersionId=version)
    except manager.exceptions.ResourceNotFoundException:
        return {}


def prepare(manager: Any, token: str, entries: dict[str, str]) -> None:
    """Make a new version, which nobody is given before it is the present one."""
    manager.put_secret_value(
        SecretId=os.environ["SECRET"],
        ClientRequestToken=token,
        SecretString=json.dumps(entries),
        VersionStages=["AWSPENDING"],
    )


def finish(manager: Any, token: str) -> None:
    """Make the new version the present one."""
    now = present(manager)
    if token not in now:
        before = {"RemoveFromVersionId": now[0]} if now else {}
        manager.update_secret_version_stage(
            SecretId=os.environ["SECRET"], VersionStage="AWSCURRENT", MoveToVersionId=token, **before
        )


def redeploy(ecs: Any) -> None:
    """Replace the tasks of the services, which were injected the version before."""
    for one in json.loads(os.environ.get("SERVICES", "[]")):
        ecs.update_service(cluster=one["cluster"], service=one["service"], forceNewDeployment=True)
