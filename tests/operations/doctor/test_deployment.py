"""What only a deployment needs: credentials, a state backend, nothing in the way."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from operations.doctor import deployment
from operations.doctor.findings import Finding, Verdict, missing, ok, to_json
from operations.doctor.machine import Machine
from tests.operations.doctor.conftest import changed

Program = Callable[[str, str], Path]


@pytest.fixture
def emulated(nobody: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody, whom an AWS inside this process knows."""
    del nobody
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    with mock_aws():
        yield


@pytest.mark.usefixtures("nobody")
def test_no_credentials(machine: Machine) -> None:
    assert deployment.credentials(machine).found == "no AWS credentials"
    finding = deployment.state_backend(machine)
    assert finding.verdict is Verdict.MISSING
    assert "not checked: no AWS credentials" in finding.found


@pytest.mark.usefixtures("nobody")
def test_credentials_that_can_not_be_used(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    assert "The config profile (gone) could not be found" in deployment.credentials(machine).found


@pytest.mark.usefixtures("emulated")
def test_an_aws_out_of_reach(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    finding = deployment.credentials(machine)
    assert finding.verdict is Verdict.MISSING
    assert finding.found.startswith("AWS can't be reached: Could not connect")


@pytest.mark.usefixtures("emulated")
def test_credentials_are_told_without_the_secret(machine: Machine) -> None:
    finding = deployment.credentials(machine)
    assert finding.verdict is Verdict.OK
    assert finding.found.endswith("(from env)")
    assert "secret" not in to_json([finding])


def state_settings(stack: str) -> Any:
    import backend

    return backend.load({}).of(stack)  # type: ignore[union-attr]


@pytest.mark.usefixtures("emulated")
@pytest.mark.parametrize(
    ("examine", "stack", "fix"),
    [
        (deployment.state_backend, "state-backend", "infra state bootstrap"),
        (
            deployment.recovery_state_backend,
            "state-backend-recovery",
            "infra state bootstrap state-backend-recovery",
        ),
    ],
    ids=["first", "recoveries"],
)
def test_the_state_backend(
    machine: Machine, examine: Callable[[Machine], Finding], stack: str, fix: str
) -> None:
    settings = state_settings(stack)
    finding = examine(machine)
    assert finding == missing(f"bucket {settings.bucket} does not exist in {settings.region}", fix)
    boto3.client("s3", region_name=settings.region).create_bucket(
        Bucket=settings.bucket, CreateBucketConfiguration={"LocationConstraint": settings.region}
    )
    finding = examine(machine)
    assert (finding.found.split(" in ")[0], finding.fix) == (
        f"table {settings.dynamodb_table} does not exist",
        fix,
    )
    boto3.client("dynamodb", region_name=settings.region).create_table(
        TableName=settings.dynamodb_table,
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    found = examine(machine)
    assert found == ok(f"bucket {settings.bucket} and table {settings.dynamodb_table}")


@pytest.mark.usefixtures("emulated")
def test_recoveries_without_a_bucket_of_their_own(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import backend
    from backend import settings as backend_settings

    source = backend_settings.HERE / "default.s3.tfbackend"
    (tmp_path / "alone.s3.tfbackend").write_text(source.read_text())
    settings = backend.S3States(directory=tmp_path, file="alone")
    monkeypatch.setattr(backend, "load", lambda _: settings)
    finding = deployment.recovery_state_backend(machine)
    assert finding.verdict is Verdict.MISSING
    assert finding.found.startswith("no backend/alone-recovery.s3.tfbackend")


def test_a_backend_that_is_none(machine: Machine) -> None:
    wrong = changed(machine, INFRA_BACKEND="ftp")
    finding = deployment.backend_settings(wrong)
    assert finding.verdict is Verdict.MISSING
    assert "INFRA_BACKEND: got 'ftp'; allowed: s3, cloud, local" in finding.found
    assert deployment.state_backend(wrong).verdict is Verdict.MISSING
    assert deployment.recovery_state_backend(wrong).verdict is Verdict.MISSING


def test_local_states(machine: Machine) -> None:
    local = changed(machine, INFRA_BACKEND="local")
    assert deployment.backend_settings(local) == ok("local")
    assert deployment.state_backend(local).verdict is Verdict.WARNING
    assert deployment.recovery_state_backend(local).verdict is Verdict.OK


def test_terraform_cloud_needs_a_token(machine: Machine, program: Program) -> None:
    program("terraform", "")
    cloud = changed(machine, INFRA_BACKEND="cloud", TF_CLOUD_ORGANIZATION="ohealth")
    assert deployment.backend_settings(cloud) == ok("cloud: organization ohealth")
    finding = deployment.state_backend(cloud)
    assert finding.verdict is Verdict.MISSING
    assert "TF_TOKEN_app_terraform_io" in finding.fix
    with_token = changed(cloud, TF_TOKEN_app_terraform_io="a-secret")
    assert deployment.state_backend(with_token) == ok("a token for app.terraform.io")


def test_a_state_beside_main(machine: Machine) -> None:
    assert deployment.state_in_the_way(machine).verdict is Verdict.OK
    (machine.root / "terraform.tfstate").touch()
    assert deployment.state_in_the_way(machine).verdict is Verdict.MISSING


HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lock_in_the_output_of_synthesis_is_found_where_that_is(machine: Machine, tmp_path: Path) -> None:
    lock = tmp_path / "out put/stacks/ohi-dev/.terraform.tfstate.lock.info"
    lock.parent.mkdir(parents=True)
    lock.write_text("{}")
    assert deployment.stale_locks(machine).verdict is Verdict.OK
    finding = deployment.stale_locks(changed(machine, CDKTF_OUTDIR=str(tmp_path / "out put")))
    assert finding.fix == "rm '../out put/stacks/ohi-dev/.terraform.tfstate.lock.info'"


def test_a_lock_whose_holder_is_gone(machine: Machine) -> None:
    assert deployment.stale_locks(machine).verdict is Verdict.OK
    state = machine.root / ".state/ohi-dev.tfstate"
    state.parent.mkdir()
    state.touch()
    (machine.root / ".state/.ohi-dev.tfstate.lock.info").write_text("{}")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, state], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        assert deployment.stale_locks(machine).verdict is Verdict.OK
    finding = deployment.stale_locks(machine)
    assert finding.verdict is Verdict.WARNING
    assert finding.fix == "rm .state/.ohi-dev.tfstate.lock.info"
    with state.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # looking has left no lock behind
