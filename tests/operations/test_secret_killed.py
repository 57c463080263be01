"""`infra secret set` in a process of its own, killed (kill -9) as it writes; and run again."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.operations.conftest import REGION, STACK, Project
from tests.operations.faults import RESET, THROTTLED, faulty

pytestmark = pytest.mark.emulator
BEFORE = {"MONGODB_URL": "to-be-entered", "OTHER": "kept"}
VALUE = "mongodb://new"


@pytest.fixture
def secret(project: Project) -> Any:
    """The secret of the stack; `secret()` is its content."""
    manager = project.emulator.client("secretsmanager", REGION)
    arn = manager.create_secret(Name=f"{STACK}-environment-1", SecretString=json.dumps(BEFORE))["ARN"]
    return lambda: json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])


def enter(project: Project, **environment: str) -> subprocess.Popen[str]:
    """Start to enter a value."""
    words = ("secret", "set", STACK, "MONGODB_URL")
    return project.start(*words, stdin=subprocess.PIPE, AWS_REGION=REGION, **environment)


@pytest.mark.parametrize("after", [False, True])
def test_after_a_kill_the_lock_is_released_by_the_command_it_names_and_the_value_entered(
    project: Project, secret: Any, *, after: bool
) -> None:
    with faulty(project.emulator.port) as faults, enter(project, AWS_ENDPOINT_URL=faults.url) as process:
        faults.stop_at("PutSecretValue", process, after=after)
        process.communicate(VALUE, timeout=120)
    assert process.returncode == -9
    assert secret() == ({**BEFORE, "MONGODB_URL": VALUE} if after else BEFORE)
    with enter(project) as second:
        _, errors = second.communicate(VALUE, timeout=120)
    assert second.returncode == 2
    assert "got held: infra secret set of" in errors
    assert errors.rstrip().endswith(f"infra state unlock {STACK}")
    assert project.infra("state", "unlock", STACK, "--yes").returncode == 0
    with enter(project) as third:
        output, errors = third.communicate(VALUE, timeout=120)
    assert third.returncode == 0, errors
    assert secret() == {**BEFORE, "MONGODB_URL": VALUE}
    assert VALUE not in output + errors


def test_throttling_and_resets_are_outlasted(project: Project, secret: Any) -> None:
    with faulty(project.emulator.port) as faults, enter(project, AWS_ENDPOINT_URL=faults.url) as process:
        faults.of = {
            "ListSecrets": [THROTTLED],
            "GetSecretValue": [RESET],
            "PutSecretValue": [RESET, THROTTLED],
        }
        output, errors = process.communicate(VALUE, timeout=120)
    assert process.returncode == 0, (output, errors)
    assert not any(faults.of.values())
    assert secret()["MONGODB_URL"] == VALUE
