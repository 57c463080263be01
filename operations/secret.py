"""`infra secret`: what people enter into the secret of an environment, such as a connection string."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from operations import aws
from operations.console import table
from operations.stack_lock import stack_lock
from operations.stacks import Stack

app = typer.Typer(help="List and enter the values in the secret of an environment.", no_args_is_help=True)
# What modules.secrets.secret writes; not imported from there, which would load the provider.
_PLACEHOLDER, _VERSIONS = "to-be-entered", "versions"
_WHERE = "AWS Secrets Manager"
_console = Console()


@app.command("list")
def list_entries(stack: Stack, *, region: aws.Region = None) -> None:
    """List the entries of a stack's secret and whether they are generated or entered; never a value."""
    with aws_errors(_WHERE), _console.status("Reading the secret"):
        _, entries = _read(aws.client("secretsmanager", region, stack=stack), stack)
    versions = entries.pop(_VERSIONS, {})
    shown = table("entry", "")
    for key, value in sorted(entries.items()):
        if _is_version(key, versions):
            continue
        entered = "to be entered" if value == _PLACEHOLDER else "entered"
        shown.add_row(key, f"generated, version {versions[key]}" if key in versions else entered)
    _console.print(shown)


@app.command("set")
def set_entry(
    stack: Stack,
    key: Annotated[str, typer.Argument(help="The entry, such as MONGODB_URL")],
    *,
    region: aws.Region = None,
) -> None:
    """Enter one value, typed without an echo or piped in; the other entries keep theirs.

    Terraform never overwrites it, and waits while it is written: the stack's lock is held. Running tasks
    keep the old value until they are restarted.
    """
    with aws_errors(_WHERE):
        client = aws.client("secretsmanager", region, stack=stack)
        _, entries = _read(client, stack)
        _check_enterable(stack, key, entries)
        value = _value(key)
        # An apply reads and writes the same content: one of the two would be lost.
        with stack_lock(stack, "infra secret set"):
            # Read again: another value may have been entered while this one was typed.
            arn, entries = _read(client, stack)
            client.put_secret_value(SecretId=arn, SecretString=json.dumps({**entries, key: value}))
    _console.print(f"{key} is entered. Restart the services of {stack} for them to read it.")


def _check_enterable(stack: str, key: str, entries: dict[str, Any]) -> None:
    versions = entries.get(_VERSIONS, {})
    names = entries.keys() - versions.keys() - {_VERSIONS}
    enterable = sorted(one for one in names if not _is_version(one, versions))
    if key in versions:
        why = f"{key} is generated: raise its version in the settings of {stack} and deploy, to rotate it"
        raise ProblemsError.one(f"{stack} secret", why)
    if key not in enterable:
        allowed = ", ".join(enterable) or "none"
        why = refusal(got=repr(key), allowed=allowed, fix="define it among `entered` and deploy first")
        raise ProblemsError.one(f"{stack} secret", why)


def _is_version(key: str, versions: dict[str, int]) -> bool:
    """Whether an entry is a version of a generated one, such as `DATABASE_PASSWORD_V2`."""
    name, _, number = key.rpartition("_V")
    return name in versions and number.isdigit()


def _value(key: str) -> str:
    value = str(typer.prompt(key, hide_input=True)) if sys.stdin.isatty() else sys.stdin.read()
    if not value.strip():
        raise ProblemsError.one(key, refusal(got="nothing", allowed="a value", fix="type it, or pipe it in"))
    return value.strip("\r\n")


def _read(client: Any, stack: str) -> tuple[str, dict[str, Any]]:
    prefix = f"{stack}-environment-"
    pages = client.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": [prefix]}])
    arns = [one["ARN"] for page in pages for one in page["SecretList"] if one["Name"].startswith(prefix)]
    if len(arns) != 1:
        why = refusal(
            got=f"{len(arns)} secrets named {prefix}… in {client.meta.region_name}",
            allowed="one",
            fix="deploy the stack, or name its region with --region; without SecretSettings it has none",
        )
        raise ProblemsError.one(f"{stack} secret", why)
    content: dict[str, Any] = json.loads(client.get_secret_value(SecretId=arns[0])["SecretString"])
    return arns[0], content
