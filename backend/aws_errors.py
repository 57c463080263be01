"""Errors of boto3 as ProblemsError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from modules.errors import ProblemsError


@contextmanager
def aws_errors(where: str) -> Iterator[None]:
    """Raise ProblemsError with the message of AWS for errors of boto3."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError:
        what = "there are none; set AWS_PROFILE, or run `aws sso login`"
        raise ProblemsError.one("AWS credentials", what) from None
    except (BotoCoreError, ClientError) as error:
        raise ProblemsError.one(where, str(error)) from None
