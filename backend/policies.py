"""Policies of the state backend: of the bucket, and for the role that applies a stack. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backend.keys import digest_item, lock_item, lock_key
from backend.s3_settings import S3Settings
from modules.iam.policy import Statement, policy_document
from modules.regions import endpoint

_ALGORITHM = "s3:x-amz-server-side-encryption"
_KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"
_CUSTOMER = "s3:x-amz-server-side-encryption-customer-algorithm"


def bucket_statements(
    *, bucket_arn: str, key_arns: list[str], alias: str, account_id: str
) -> tuple[Statement, ...]:
    """Statements that deny TLS older than 1.2, uploads with another encryption key, and lost versions.

    `key_arns`: ARNs of the key and of its alias allowed in uploads. Without one the bucket's default applies.
    Terraform sends the name of the `alias`, which S3 looks up in the account of the caller (Amazon S3 User
    Guide, "Specifying server-side encryption with AWS KMS"): only callers of `account_id` may.
    """
    objects = f"{bucket_arn}/*"
    return (
        _denied("DenyOldTls", [bucket_arn, objects], {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        _denied_upload("DenyOtherEncryption", objects, _ALGORITHM, ["aws:kms"]),
        _denied_upload("DenyOtherKeys", objects, _KEY, [*key_arns, alias]),
        _denied(
            "DenyAliasOfOtherAccounts",
            [objects],
            {"StringEquals": {_KEY: alias}, "StringNotEquals": {"aws:PrincipalAccount": account_id}},
            action="s3:PutObject",
        ),
        _denied("DenyCustomerKeys", [objects], {"Null": {_CUSTOMER: "false"}}, action="s3:PutObject"),
        # Old versions go by the lifecycle rule, to which a bucket policy does not apply.
        _denied("DenyLossOfVersions", [objects], {}, action="s3:DeleteObjectVersion"),
        _denied("DenyLossOfBucket", [bucket_arn], {}, action="s3:DeleteBucket"),
    )


def _denied(
    sid: str, resources: list[str], conditions: dict[str, dict[str, str]], action: str = "s3:*"
) -> Statement:
    return Statement(
        sid=sid,
        effect="Deny",
        everyone=True,
        actions=[action],
        resources=resources,
        conditions=conditions,
    )


def _denied_upload(sid: str, objects: str, header: str, allowed: list[str]) -> Statement:
    # A negated operator also matches if the header is absent; Null excludes those uploads.
    return Statement(
        sid=sid,
        effect="Deny",
        everyone=True,
        actions=["s3:PutObject"],
        resources=[objects],
        conditions={"Null": {header: "false"}, "StringNotEquals": {header: allowed}},
    )


def state_policy(
    key: str, settings: S3Settings, *, bucket_arn: str, key_arn: str, table_arn: str | None
) -> str:
    """Permissions to apply one stack and to run `infra state` for it: its state, its locks, the key.

    Source: Terraform, "Backend Type: s3", permissions. Versions: for `infra state show` and a return to one.
    """
    return policy_document(
        *state_statements(key, settings, bucket_arn=bucket_arn, table_arn=table_arn),
        _encryption(settings.region, key_arn),
    )


def state_statements(
    key: str, settings: S3Settings, *, bucket_arn: str, table_arn: str | None
) -> Iterator[Statement]:
    """The statements of a state's policy, but for the key."""
    # Not restricted to a prefix: S3 would return 403 instead of 404 for a missing state, and Terraform
    # lists workspaces. It reveals the names of stacks, no content.
    yield Statement(sid="List", actions=["s3:ListBucket", "s3:ListBucketVersions"], resources=[bucket_arn])
    yield Statement(
        sid="State",
        actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        resources=[f"{bucket_arn}/{key}"],
    )
    yield from _locks(key, settings, bucket_arn, table_arn)


def _locks(key: str, settings: S3Settings, bucket_arn: str, table_arn: str | None) -> Iterator[Statement]:
    if settings.use_lockfile:
        yield Statement(
            sid="LockFile",
            actions=["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            resources=[f"{bucket_arn}/{lock_key(key)}"],
        )
    if table_arn is not None:
        yield Statement(sid="LockTable", actions=["dynamodb:DescribeTable"], resources=[table_arn])
        items = [lock_item(settings.bucket, key), digest_item(settings.bucket, key)]
        yield Statement(
            sid="LockItem",
            actions=["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
            resources=[table_arn],
            conditions=of_items(items),
        )


def of_items(items: Sequence[str]) -> dict[str, Mapping[str, str | Sequence[str]]]:
    """The conditions under which a statement is about these items of the lock table alone."""
    return {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": list(items)},
        # ForAllValues is true without values.
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def _encryption(region: str, key_arn: str) -> Statement:
    services = [endpoint("s3", region), endpoint("dynamodb", region)]
    return Statement(
        sid="Encryption",
        actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
        resources=[key_arn],
        conditions={"StringEquals": {"kms:ViaService": services}},
    )
