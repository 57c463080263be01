"""Checks of what a deployment needs: credentials, a reachable state backend, no leftover state or locks."""

from __future__ import annotations

import fcntl
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modules.errors import ProblemsError
from modules.regions import GLOBAL_REGION
from modules.resilience.recovery.settings import SUFFIX
from operations.doctor.findings import Finding, missing, ok, warning
from operations.doctor.machine import CONNECTION_TIMEOUT, Machine

SIGN_IN = "aws configure sso, or set AWS_PROFILE"
# The stack that creates the bucket of recovery stacks' states (stacks/state_backend/stack.py: RECOVERY).
_OF_RECOVERIES = f"state-backend{SUFFIX}"


def credentials(machine: Machine) -> Finding:
    """The AWS credentials: whose they are and where they come from, never a secret."""
    del machine  # boto3 reads the environment and the files of AWS itself
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        session = Session()
        found = session.get_credentials()
        if found is None:
            return missing("no AWS credentials", SIGN_IN)
        identity = client(session, "sts").get_caller_identity()
    except ClientError as error:
        return missing(f"AWS refuses the credentials: {error.response['Error']['Code']}", SIGN_IN)
    except BotoCoreError as error:
        return missing(f"AWS can't be reached: {_first_line(error)}", f"fix the connection or {SIGN_IN}")
    return ok(f"{identity['Arn']} (from {found.method})")


def backend_settings(machine: Machine) -> Finding:
    """The configuration of the state backend, which synthesis reads."""
    import backend

    try:
        settings = backend.load(machine.environ)
    except ProblemsError as error:
        return missing(str(error), "see backend/README.md")
    return ok(_description(settings))


def state_backend(machine: Machine) -> Finding:
    """The state backend: the bucket and the lock table, or Terraform Cloud."""
    import backend

    try:
        settings = backend.load(machine.environ)
        if isinstance(settings, backend.S3States):
            return _s3(settings.default(), "infra state bootstrap")
    except ProblemsError:
        return missing("not configured", "see the finding above")
    if isinstance(settings, backend.CloudSettings):
        return _cloud(settings.hostname, machine)
    return warning(
        f"states stay on this machine, in {settings.directory}", "set INFRA_BACKEND=s3 or cloud to share them"
    )


def recovery_state_backend(machine: Machine) -> Finding:
    """The bucket and the lock table of recovery stacks' states, in the second region."""
    import backend

    try:
        settings = backend.load(machine.environ)
        if not isinstance(settings, backend.S3States):
            return ok("with the other states")
        own = settings.of(_OF_RECOVERIES)
        if own == settings.default():
            file = f"backend/{settings.file}{SUFFIX}.s3.tfbackend"
            return missing(f"no {file}: states of recovery stacks would be lost with the others", "write it")
    except ProblemsError:
        return missing("not configured", "see the finding of the backend settings, and backend/README.md")
    return _s3(own, f"infra state bootstrap {_OF_RECOVERIES}")


def _description(settings: Any) -> str:
    if hasattr(settings, "default"):
        return f"s3: bucket {settings.default().bucket}"
    return f"cloud: organization {settings.organization}" if hasattr(settings, "organization") else "local"


def _s3(settings: Any, bootstrap: str) -> Finding:
    from botocore.exceptions import BotoCoreError, ClientError

    from backend.sessions import session as assumed

    resource = f"bucket {settings.bucket}"
    try:
        if assumed(None).get_credentials() is None:
            return missing(f"{resource} not checked: no AWS credentials", SIGN_IN)
        session = assumed(settings.assume_role, settings.region)
        client(session, "s3", settings.region).head_bucket(Bucket=settings.bucket)
        if settings.dynamodb_table:
            resource = f"table {settings.dynamodb_table}"
            client(session, "dynamodb", settings.region).describe_table(TableName=settings.dynamodb_table)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in {"404", "NoSuchBucket", "ResourceNotFoundException"}:
            return missing(f"{resource} does not exist in {settings.region}", bootstrap)
        return missing(
            f"{resource}: AWS answers {code}",
            "sign in with a role that may read the state, or fix its policy",
        )
    except BotoCoreError as error:
        return missing(f"{resource} can't be reached: {_first_line(error)}", "fix the connection")
    return ok(
        f"bucket {settings.bucket}"
        + (f" and table {settings.dynamodb_table}" if settings.dynamodb_table else "")
    )


def _cloud(host: str, machine: Machine) -> Finding:
    variable = f"TF_TOKEN_{host.replace('-', '__').replace('.', '_')}"
    signed_in = machine.home / ".terraform.d/credentials.tfrc.json"
    if machine.environ.get(variable) or (signed_in.is_file() and host in signed_in.read_text()):
        return ok(f"a token for {host}")
    return missing(f"no token for {host}", f"terraform login {host}, or set {variable}")


def state_in_the_way(machine: Machine) -> Finding:
    """A state file beside main.py, with which the CDKTF command line refuses to run."""
    if (machine.root / "terraform.tfstate").exists():
        return missing(
            "terraform.tfstate lies beside main.py: cdktf refuses to run",
            "look into it with terraform show terraform.tfstate, then move it to its stack or delete it",
        )
    return ok("no state file beside main.py")


def stale_locks(machine: Machine) -> Finding:
    """Locks of local states whose Terraform has ended."""
    found = [lock for lock in _lock_files(machine) if not _is_held(lock)]
    stale = [os.path.relpath(lock, machine.root) for lock in found]
    if stale:
        return warning(f"left by a killed Terraform: {', '.join(stale)}", f"rm {shlex.join(stale)}")
    return ok("none left behind")


def _lock_files(machine: Machine) -> Iterator[Path]:
    output = machine.environ.get("CDKTF_OUTDIR") or "cdktf.out"
    for directory in (".state", ".sandbox", f"{output}/stacks"):
        yield from sorted((machine.root / directory).glob("**/.*.lock.info"))
    yield from machine.root.glob(".*.lock.info")


def _is_held(lock: Path) -> bool:
    # Terraform locks the state file itself with fcntl and describes itself in `.NAME.lock.info` beside it.
    state = lock.with_name(lock.name.removeprefix(".").removesuffix(".lock.info"))
    try:
        with state.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def client(session: Any, service: str, region: str | None = None) -> Any:
    """A client that gives up after some seconds, so that a check never waits for a service."""
    from botocore.config import Config

    timeouts = Config(
        connect_timeout=CONNECTION_TIMEOUT,
        read_timeout=CONNECTION_TIMEOUT,
        retries={"total_max_attempts": 1},
    )
    return session.client(
        service, region_name=region or session.region_name or GLOBAL_REGION, config=timeouts
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
