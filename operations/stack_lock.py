"""The lock of a stack's state, taken for what Terraform must not do at the same time."""

from __future__ import annotations

import getpass
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import backend
from backend.aws_errors import aws_errors
from backend.keys import lock_item, lock_key, state_key
from backend.s3_settings import S3Settings
from backend.settings import S3States
from backend.states import StateStore
from modules.errors import ProblemsError, refusal


@contextmanager
def stack_lock(stack: str, operation: str) -> Iterator[None]:
    """Hold the lock that Terraform takes first: the lock file in S3, without it the item in DynamoDB.

    Raises ProblemsError if somebody holds it. States elsewhere (Terraform Cloud, a local disk) have other
    locks, which only Terraform takes: nothing is locked then.
    """
    states = backend.load()
    if not isinstance(states, S3States):
        yield
        return
    settings, content = states.of(stack), json.dumps(_info(stack, operation))
    take, release = (_in_s3 if settings.use_lockfile else _in_dynamodb)(settings, stack, content)
    where = f"lock of {stack}"
    with aws_errors(where):
        if not take():
            raise ProblemsError.one(where, _held(StateStore(settings), stack))
    try:
        yield
    finally:
        with aws_errors(where):
            release()


def _info(stack: str, operation: str) -> dict[str, str]:
    # The fields of Terraform's own lock info, so that `infra state` and Terraform can show it.
    return {
        "ID": str(uuid4()),
        "Operation": operation,
        "Info": "",
        "Who": f"{getpass.getuser()}@{socket.gethostname()}",
        "Version": "",
        "Created": datetime.now(UTC).isoformat(),
        "Path": state_key(stack),
    }


def _in_s3(settings: S3Settings, stack: str, content: str) -> Any:
    client = _client("s3", settings)
    place = {"Bucket": settings.bucket, "Key": lock_key(state_key(stack))}

    def take() -> bool:
        try:
            client.put_object(**place, Body=content.encode(), IfNoneMatch="*")
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict"):
                return False
            raise
        return True

    return take, lambda: client.delete_object(**place)


def _in_dynamodb(settings: S3Settings, stack: str, content: str) -> Any:
    client = _client("dynamodb", settings)
    table = settings.dynamodb_table
    key = {"LockID": {"S": lock_item(settings.bucket, state_key(stack))}}

    def take() -> bool:
        item = {**key, "Info": {"S": content}}
        try:
            client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(LockID)")
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    return take, lambda: client.delete_item(TableName=table, Key=key)


def _held(store: StateStore, stack: str) -> str:
    held = store.locks(stack)
    by = ", ".join(f"{one.operation} of {one.who} since {one.created:%Y-%m-%d %H:%M}" for one in held)
    return refusal(
        got=f"held: {by or 'by somebody'}",
        allowed="a free lock, since an apply may be rotating entries of the secret",
        fix=f"wait until it has ended, or see `infra state show {stack}`",
    )


def _client(service: str, settings: S3Settings) -> Any:
    import boto3

    return boto3.session.Session().client(service, region_name=settings.region)
