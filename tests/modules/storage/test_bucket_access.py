"""What a service is given to use a bucket: variables, and the statements of its role."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.iam.policy import policy_document
from modules.storage.bucket.access import BucketAccess
from modules.storage.bucket.settings import BucketSettings

Json = dict[str, Any]
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"
CHANGES = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]


@pytest.fixture(scope="module")
def accesses(synthesize_module: Callable[..., Json]) -> Json:
    """What clients of buckets are given, by what they do: variables, and statements of their role."""

    def build(stack: Any, context: Any) -> None:
        from cdktf import TerraformOutput

        from modules.storage.bucket.bucket import Bucket

        given = {"context": context, "settings": BucketSettings(protected=False)}
        plain = Bucket(stack, "plain", **given, name="plain")
        invoices = Bucket(stack, "paid", **given, name="paid-invoices", key_arn=KEY)
        far = Bucket(stack, "far-one", **given, fixed_name="far", key_arn=KEY, region="eu-central-1")
        made = {
            "all": plain.client_access(),
            "below": invoices.client_access("2026/"),
            "changed": invoices.client_access("2026/", write=True),
            "uploaded": far.client_access(read=False, write=True),
        }
        for name, access in made.items():
            policy = policy_document(*access.statements)
            TerraformOutput(stack, name, value={"environment": dict(access.environment), "policy": policy})

    outputs = synthesize_module(build)["output"]
    return {
        name: (one["value"]["environment"], json.loads(one["value"]["policy"])["Statement"])
        for name, one in outputs.items()
    }


def statement(actions: list[str], resource: str, condition: Json | None = None) -> Json:
    """A statement that allows actions on one resource."""
    more = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": actions, "Resource": [resource], **more}


def test_who_reads_a_bucket_is_told_its_name_and_may_read_and_list_alone(accesses: Json) -> None:
    environment, statements = accesses["all"]
    assert environment == {
        "PLAIN_BUCKET": "${aws_s3_bucket.plain.id}",
        "PLAIN_REGION": "eu-west-1",
        "PLAIN_PREFIX": "",
    }
    assert statements == [
        statement(["s3:GetObject"], "${aws_s3_bucket.plain.arn}/*"),
        statement(["s3:ListBucket"], "${aws_s3_bucket.plain.arn}"),
    ]


def test_who_uses_a_folder_reads_and_lists_no_other_and_decrypts_through_s3_alone(accesses: Json) -> None:
    through = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    listed = {"StringLike": {"s3:prefix": "2026/*"}}
    for name, actions, use in (
        ("below", ["s3:GetObject"], ["kms:Decrypt"]),
        ("changed", ["s3:GetObject", *CHANGES], ["kms:Decrypt", "kms:GenerateDataKey"]),
    ):
        environment, statements = accesses[name]
        assert environment["PAID_INVOICES_PREFIX"] == "2026/"
        assert statements == [
            statement(actions, "${aws_s3_bucket.paid.arn}/2026/*"),
            statement(["s3:ListBucket"], "${aws_s3_bucket.paid.arn}", listed),
            statement(use, KEY, through),
        ]


def test_who_only_uploads_reads_nothing_also_in_another_region(accesses: Json) -> None:
    environment, statements = accesses["uploaded"]
    assert environment == {
        "FAR_ONE_BUCKET": "${aws_s3_bucket.far-one.id}",
        "FAR_ONE_REGION": "eu-central-1",
        "FAR_ONE_PREFIX": "",
    }
    through = {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}
    assert statements == [
        statement(CHANGES, "${aws_s3_bucket.far-one.arn}/*"),
        # In parts: S3 decrypts those before (Amazon S3 user guide, multipart upload and permissions).
        statement(["kms:Decrypt", "kms:GenerateDataKey"], KEY, through),
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"read": False}, "client_access of plain: got neither; allowed: read=True, write=True or both"),
        ({"prefix": "/2026"}, "prefix: got '/2026'; allowed: a path with / behind and none in front"),
        ({"prefix": "*/"}, "prefix: got '*/'; allowed: a path with / behind"),
        ({"prefix": "2026"}, "prefix: got '2026'"),
    ],
)
def test_access_to_nothing_or_to_no_folder_is_refused(asked: dict[str, Any], said: str) -> None:
    bucket = BucketAccess(variable="PLAIN", name="p", arn="arn:aws:s3:::p", region="eu-west-1", key_arn=None)
    with pytest.raises(ProblemsError, match=re.escape(said)):
        bucket.client_access(**{"prefix": "", **asked})
