"""docs/runbooks/second-account.md, typed with credentials of a second account and of the first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from backend import tfbackend
from operations.sandbox.workspace import OVERRIDE, PROVIDER_VERSIONS
from operations.terraform import provider_environment
from tests.documents.fences import PROJECT, commands, fences
from tests.running import INFRA

pytestmark = pytest.mark.emulator
RUNBOOK, SECOND = "docs/runbooks/second-account.md", "222222222222"
SETTINGS = tfbackend.read(PROJECT / "backend/default.s3.tfbackend")
STACK = "state-backend"
# What another test runs: tests/operations/doctor/test_deployment.py.
ELSEWHERE = ("infra doctor",)


def lines() -> list[str]:
    """The commands that the runbook shows."""
    text = (PROJECT / RUNBOOK).read_text()
    found = [one.text for fence in fences(RUNBOOK, text) for one in commands(fence)]
    return [line for line in found if not line.startswith(ELSEWHERE)]


class Checkout:
    """A copy of the project, in which somebody adds a file; and an account that its commands work in."""

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        self.directory, self._emulator = directory, emulator
        self._emulated = emulator.environment(SETTINGS.region)
        for name in ("backend", "modules", "operations", "stacks"):
            shutil.copytree(PROJECT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("main.py", "cdktf.json", "pyproject.toml", ".terraform.lock.hcl"):
            shutil.copy(PROJECT / name, directory / name)
        role = {"RoleArn": f"arn:aws:iam::{SECOND}:role/people", "RoleSessionName": "ada"}
        keys = emulator.client("sts", SETTINGS.region).assume_role(**role)["Credentials"]
        self.keys = {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def types(self, line: str, **given: str) -> subprocess.CompletedProcess[str]:
        """Run a line as a shell does, with `infra` that of the copy."""
        infra = f"{sys.executable} {' '.join(INFRA)}"
        environment: Mapping[str, Any] = {
            **os.environ,
            **self._emulator.environment(SETTINGS.region),
            **given,
        }
        return subprocess.run(
            ["bash", "-euc", line.replace("infra ", f"{infra} ", 1)],
            cwd=self.directory,
            env={
                **{name: value for name, value in environment.items() if value is not None},
                "PYTHONPATH": os.pathsep.join([str(self.directory), os.environ.get("PYTHONPATH", "")]),
                "CDKTF_OUTDIR": str(self.directory / "cdktf.out"),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def buckets(self, **keys: str) -> list[str]:
        """The buckets of an account."""
        import boto3

        names = {"aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY"}
        names["aws_session_token"] = "AWS_SESSION_TOKEN"
        given = {name: keys[variable] for name, variable in names.items()} if keys else {}
        own = boto3.client("s3", endpoint_url=self._emulator.url, region_name=SETTINGS.region, **given)
        return [one["Name"] for one in own.list_buckets()["Buckets"]]


@pytest.fixture
def checkout(tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for name, value in emulator.environment(SETTINGS.region).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    made = Checkout(tmp_path / "project", emulator)
    stack = made.directory / "cdktf.out/stacks" / STACK
    stack.mkdir(parents=True)
    # The emulator lacks what 6.x asks of S3 Control; the file that ships stays as it is.
    providers = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
    (stack / OVERRIDE).write_text(json.dumps({"terraform": {"required_providers": providers}}))
    return made


def test_the_states_of_a_second_account_are_in_a_bucket_of_its_own(checkout: Checkout) -> None:
    copied, planned, made = lines()
    assert checkout.types(copied).returncode == 0
    file = checkout.directory / "backend/second.s3.tfbackend"
    file.write_text(file.read_text().replace(SETTINGS.bucket, "ohealth-ng-second-state"))
    dry = checkout.types(planned, **checkout.keys)
    assert dry.returncode == 0, dry.stderr
    assert f"ohealth-ng-second-state (account {SECOND}, {SETTINGS.region})" in dry.stdout
    assert checkout.buckets(**checkout.keys) == []
    ran = checkout.types(f"{made} --yes", **checkout.keys)
    assert ran.returncode == 0, (ran.stdout, ran.stderr)
    assert checkout.buckets(**checkout.keys) == ["ohealth-ng-second-state"]
    assert checkout.buckets() == []


def test_terraform_refuses_credentials_of_another_account(checkout: Checkout, tmp_path: Path) -> None:
    stack = tmp_path / "small"
    stack.mkdir()
    required = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
    document = {
        "terraform": {"required_providers": required},
        "provider": {"aws": {"allowed_account_ids": [SECOND]}},
        "resource": {"aws_sqs_queue": {"orders": {}}},
    }
    (stack / "main.tf.json").write_text(json.dumps(document))
    terraform = f"terraform -chdir={stack}"
    assert checkout.types(f"{terraform} init -no-color", **provider_environment()).returncode == 0
    refused = checkout.types(f"{terraform} plan -no-color", **provider_environment())
    assert refused.returncode == 1
    assert "AWS account ID not allowed" in refused.stderr
