"""Errors of boto3 in sentences: what is wrong with credentials is told from what they may not do."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)

from backend.aws_errors import CredentialsError, ForbiddenError, aws_errors
from modules.errors import ProblemsError


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetCallerIdentity")


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (NoCredentialsError(), CredentialsError, "AWS credentials: there are none; set AWS_PROFILE"),
        (answered("ExpiredToken"), CredentialsError, r"AWS credentials: AWS does not take them \(Expired"),
        (answered("InvalidClientTokenId"), CredentialsError, "sign in again: `aws sso login`"),
        (UnauthorizedSSOTokenError(), CredentialsError, "AWS credentials: The SSO session"),
        (ProfileNotFound(profile="prdo"), CredentialsError, r"The config profile \(prdo\) could not"),
        (answered("AccessDenied"), ForbiddenError, "AWS: An error occurred"),
        (answered("Throttling"), ProblemsError, "AWS: An error occurred"),
        (EndpointConnectionError(endpoint_url="http://a"), ProblemsError, "AWS: Could not connect"),
    ],
)
def test_an_error_is_a_sentence_of_its_kind(
    error: BotoCoreError | ClientError, kind: type[ProblemsError], sentence: str
) -> None:
    with pytest.raises(ProblemsError, match=sentence) as raised, aws_errors("AWS"):
        raise error
    assert type(raised.value) is kind


def test_an_error_of_the_program_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), aws_errors("AWS"):
        raise ZeroDivisionError
