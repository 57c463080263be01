"""`infra secret`: what people enter into an environment's secret, such as a connection string."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from modules.errors import ProblemsError, refusal

app = typer.Typer(
    help="The secret of an environment: which entries it has, and entering one.", no_args_is_help=True
)
Stack = Annotated[str, typer.Argument(help="The stack, such as ohi-dev")]
Region = Annotated[str | None, typer.Option(help="Where the stack is; else what your AWS configuration says")]
# What modules.security.secret writes; not imported from there, which would load the provider.
_PLACEHOLDER, _VERSIONS = "to-be-entered", "versions"
_console = Console()


@app.command("list")
def list_entries(stack: Stack, *, region: Region = None) -> None:
    """The entries of a stack's secret and how they came to be; never a value."""
    with _answered(), _console.status("Reading the secret"):
        _, entries = _read(_client(region), stack)
    versions = entries.pop(_VERSIONS, {})
    table = Table("entry", "", box=None)
    for key, value in sorted(entries.items()):
        entered = "to be entered" if value == _PLACEHOLDER else "entered"
        table.add_row(key, f"generated, version {versions[key]}" if key in versions else entered)
    _console.print(table)


@app.command("set")
def set_entry(
    stack: Stack,
    key: Annotated[str, typer.Argument(help="The entry, such as MONGODB_URL")],
    *,
    region: Region = None,
) -> None:
    """Enter one value, typed unseen or piped in; everything else in the secret stays as it is.

    Terraform never overwrites it. Running tasks keep the old value until they are started anew.
    """
    client = _client(region)
    with _answered():
        _, entries = _read(client, stack)
        _refuse(stack, key, entries)
        value = _value(key)
        # Read again: somebody may have entered another value while this one was typed.
        arn, entries = _read(client, stack)
        client.put_secret_value(SecretId=arn, SecretString=json.dumps({**entries, key: value}))
    _console.print(f"{key} is entered. Start the services of {stack} anew for them to read it.")


def _refuse(stack: str, key: str, entries: dict[str, Any]) -> None:
    versions = entries.get(_VERSIONS, {})
    enterable = sorted(entries.keys() - versions.keys() - {_VERSIONS})
    if key in versions:
        why = f"{key} is generated: raise its version in the settings of {stack} and deploy, to rotate it"
        raise ProblemsError.one(f"{stack} secret", why)
    if key not in enterable:
        allowed = ", ".join(enterable) or "none"
        why = refusal(got=repr(key), allowed=allowed, fix="define it among `entered` and deploy first")
        raise ProblemsError.one(f"{stack} secret", why)


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
            fix="deploy the stack, or name its region with --region",
        )
        raise ProblemsError.one(f"{stack} secret", why)
    content: dict[str, Any] = json.loads(client.get_secret_value(SecretId=arns[0])["SecretString"])
    return arns[0], content


def _client(region: str | None) -> Any:
    from boto3.session import Session

    session = Session(region_name=region)
    if session.region_name is None:
        why = refusal(got="no region", allowed="the stack's", fix="name it with --region, or set AWS_REGION")
        raise ProblemsError.one("region", why)
    return session.client("secretsmanager")


@contextmanager
def _answered() -> Iterator[None]:
    """AWS's refusals as sentences. Raises ProblemsError."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise ProblemsError.one("AWS Secrets Manager", str(error)) from None
