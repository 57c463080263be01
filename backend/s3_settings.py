"""Arguments of Terraform's S3 backend in a `*.s3.tfbackend` file. Pure."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, StrictBool

from modules.assumed_role import AssumedRole
from modules.errors import Problem, refusal
from modules.settings import settings


def _like(pattern: str, allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(refusal(got=repr(value), allowed=allowed, fix="correct it"))
        return value

    return AfterValidator(check)


# Amazon S3: General purpose bucket naming rules, without the dots, which break TLS host names.
_Bucket = Annotated[str, _like(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "3 to 63 of a-z, 0-9 and '-'")]
_Region = Annotated[str, _like(r"[a-z]{2}(-[a-z]+)+-\d", "a region such as eu-west-1")]
# DynamoDB API: CreateTable, TableName.
_Table = Annotated[str, _like(r"[A-Za-z0-9_.-]{3,255}", "3 to 255 of a-z, A-Z, 0-9, _ . -")]
# Terraform's S3 backend takes an id too; an alias outlives the key it names.
_KmsKey = Annotated[
    str,
    _like(r"(alias/|arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/)[A-Za-z0-9/_-]+", "alias/… or an ARN"),
]


@settings
class S3Settings:
    """The arguments of Terraform's S3 backend in a `*.s3.tfbackend` file, all but the key.

    With both `dynamodb_table` and `use_lockfile` a state has two locks; at least one is required.
    `assume_role`: the role that reads and writes the states, where they are in an account of their own.
    """

    bucket: _Bucket
    region: _Region
    encrypt: StrictBool = True
    kms_key_id: _KmsKey | None = None
    dynamodb_table: _Table | None = None
    use_lockfile: StrictBool = True
    assume_role: AssumedRole | None = None

    def problems(self) -> Iterator[Problem]:
        """Unencrypted states, states without a lock."""
        if not self.encrypt:
            why = refusal(got="false", allowed="true", fix="states may hold secrets: remove the line")
            yield Problem(where="encrypt", what=why)
        if not self.use_lockfile and self.dynamodb_table is None:
            why = refusal(
                got="false without a dynamodb_table",
                allowed="either lock or both",
                fix="concurrent applies would corrupt the state: set one of them",
            )
            yield Problem(where="use_lockfile", what=why)
