"""The stack that a command works on: its argument, and Terraform in its directory."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from backend.aws_errors import CREDENTIALS, NO_CREDENTIALS, CredentialsError
from modules.errors import ProblemsError, refusal
from operations.terraform import Event, Terraform, unpushed
from stacks.output import stack_directory

# What Terraform's S3 backend says when it finds none (aws-sdk-go-base, NoValidCredentialSourcesError).
_NO_SOURCE = "No valid credential sources found"
_INIT_WORDS, _OF_SANDBOX = "TF_CLI_ARGS_init", "-backend-config=use_path_style=true"


def known_stack(name: str) -> str:
    """Give the name back. Raises ProblemsError with the names of the catalogue if it is none of them."""
    from stacks.catalogue import catalogue

    if name not in (known := catalogue()):
        raise unknown_stack(name, known)
    return name


def unknown_stack(name: str, known: Iterable[str]) -> ProblemsError:
    """The error for a stack that is none of the known ones."""
    why = refusal(got=repr(name), allowed=", ".join(known), fix="name one of these")
    return ProblemsError.one("stack", why)


_HELP = "The name of the stack"
Stack = Annotated[str, typer.Argument(help=_HELP)]
KnownStack = Annotated[
    str, typer.Argument(help=f"{_HELP}; an unknown one lists those there are", callback=known_stack)
]


def terraform_in(directory: Path, *, watch: Callable[[Event], None] | None = None) -> Terraform:
    """Terraform in the directory of a stack.

    A data directory or a workspace that is set in the environment belongs to another stack. One that somebody
    selected in the directory would make everything look new: the state of a stack is in `default`. Terraform
    Cloud has a workspace for each stack instead, which its file names. A state on this machine refuses what
    environment.sh of a sandbox tells `terraform init`; `initialize` says it where it belongs.
    """
    workspace = None if os.environ.get("INFRA_BACKEND") == "cloud" else "default"
    environment = {"TF_DATA_DIR": None, "TF_WORKSPACE": workspace}
    if os.environ.get(_INIT_WORDS) == _OF_SANDBOX:
        environment[_INIT_WORDS] = None
    return Terraform(directory, environment=environment, watch=watch)


def in_stack(stack: str) -> str:
    """How a command of Terraform about a stack begins, from the directory where people are."""
    return f"terraform -chdir={shlex.quote(os.path.relpath(stack_directory(stack)))}"


def refuse_unpushed(directory: Path) -> None:
    """Raises ProblemsError if the newest state of a stack is in its directory alone."""
    if problems := unpushed(directory):
        raise ProblemsError(problems)


def initialize(terraform: Terraform, *, backend: str | None = None, migrate: bool = False) -> None:
    """Run `terraform init`, with the state where the stack's file says, or moved there.

    `backend` is the kind that the file has, by default that of INFRA_BACKEND. Raises ProblemsError, also for
    a state in its directory that was never pushed: a plan of the older one would create again what there is.
    """
    refuse_unpushed(terraform.directory)
    kind = backend or os.environ.get("INFRA_BACKEND") or "s3"
    # A custom endpoint, such as the emulator's, has no host name for each bucket.
    path_style = kind == "s3" and bool(os.environ.get("AWS_ENDPOINT_URL"))
    try:
        terraform.init(backend_config={"use_path_style": "true"} if path_style else None, migrate=migrate)
    except ProblemsError as error:
        if _NO_SOURCE in str(error):
            raise _no_credentials(terraform.directory.name) from None
        if "NoSuchBucket" not in str(error):
            raise
        raise _no_bucket(terraform.directory.name) from None


def _no_credentials(stack: str) -> ProblemsError:
    try_it = f"without an AWS account, infra sandbox {stack} --keep says how to try it"
    return CredentialsError.one(CREDENTIALS, f"{NO_CREDENTIALS}; {try_it}")


def _no_bucket(stack: str) -> ProblemsError:
    from backend import s3_states
    from modules.resilience.recovery.settings import SUFFIX
    from stacks.state_backend.settings import RECOVERY as RECOVERY_STATES

    got = f"no bucket {s3_states().of(stack).bucket}"
    which = f" {RECOVERY_STATES}" if stack.endswith(SUFFIX) else ""
    fix = f"sign in to the account that has it, or create it: infra state bootstrap{which}"
    why = refusal(got=got, allowed="the bucket that holds the states", fix=fix)
    return ProblemsError.one(f"state of {stack}", why)
