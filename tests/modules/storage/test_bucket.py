"""Private buckets as they are synthesized, and the settings they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.iam.policy import Statement
from modules.storage.bucket.settings import BucketSettings, CorsRule, LifecycleRule, Transition

Json = dict[str, Any]
MEDIA = BucketSettings(
    protected=False,
    versioned=False,
    lifecycle=(
        LifecycleRule(
            name="media",
            prefix="media/",
            expire_days=90,
            transitions=(Transition(days=30, storage_class="STANDARD_IA"),),
        ),
    ),
    cors=(CorsRule(origins=("https://shop.example.com",), methods=("GET", "PUT")),),
)
AGREED = BucketSettings(
    lifecycle=(LifecycleRule(name="old-versions", expire_noncurrent_days=90, keep_noncurrent_versions=30),)
)
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"


class Built:
    """Buckets on one stack, and their JSON."""

    def __init__(self, synthesize: Callable[..., Json]) -> None:
        self.json = synthesize(self.build)

    def build(self, stack: Any, context: Any) -> None:
        from modules.storage.bucket.bucket import Bucket
        from modules.storage.bucket.log_bucket import LogBucket

        Bucket(stack, "safe", context=context, name="safe", settings=BucketSettings(), key_arn=KEY)
        Bucket(stack, "agreed", context=context, fixed_name="agreed-elsewhere", settings=AGREED)
        LogBucket(stack, "logs", context=context, name="web", retention_days=30, protected=False)
        media = Bucket(stack, "media", context=context, name="media", settings=MEDIA)
        media.allow(
            Statement(
                sid="Deliver",
                actions=["s3:PutObject"],
                resources=[f"{media.arn}/*"],
                services=["delivery.logs.amazonaws.com"],
            )
        )

    def one(self, kind: str, path: str) -> Json:
        found = self.json["resource"][kind].values()
        return next(one for one in found if one["//"]["metadata"]["path"] == f"small/{path}")


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module)


def test_a_bucket_is_closed_encrypted_versioned_and_protected(built: Built) -> None:
    bucket = built.one("aws_s3_bucket", "safe/Default")
    account = "${data.aws_caller_identity.account.account_id}"
    assert bucket["bucket"] == f"shop-test-safe-{account}-eu-west-1"
    assert (bucket["lifecycle"], bucket["force_destroy"]) == ({"prevent_destroy": True}, False)
    block = built.one("aws_s3_bucket_public_access_block", "safe/public-access-block")
    closed = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert all(block[one] is True for one in closed)
    ownership = built.one("aws_s3_bucket_ownership_controls", "safe/ownership")
    assert ownership["rule"]["object_ownership"] == "BucketOwnerEnforced"
    rule = built.one("aws_s3_bucket_server_side_encryption_configuration", "safe/encryption")["rule"][0]
    assert rule["apply_server_side_encryption_by_default"] == {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": KEY,
    }
    assert rule["bucket_key_enabled"] is True
    versioning = built.one("aws_s3_bucket_versioning", "safe/versioning")
    assert versioning["versioning_configuration"] == {"status": "Enabled"}


def test_plain_http_is_denied_to_everyone_and_what_is_allowed_is_added(built: Built) -> None:
    statements = json.loads(built.one("aws_s3_bucket_policy", "safe/policy")["policy"])["Statement"]
    assert [one["Sid"] for one in statements] == ["DenyInsecureTransport"]
    assert (statements[0]["Principal"], statements[0]["Action"]) == ("*", ["s3:*"])
    assert len(statements[0]["Resource"]) == 2
    assert statements[0]["Effect"] == "Deny"
    assert statements[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statements[0]["Resource"] == ["${aws_s3_bucket.safe.arn}", "${aws_s3_bucket.safe.arn}/*"]
    added = json.loads(built.one("aws_s3_bucket_policy", "media/policy")["policy"])["Statement"]
    assert [one["Sid"] for one in added] == ["DenyInsecureTransport", "Deliver"]


def test_what_is_set_differs(built: Built) -> None:
    bucket = built.one("aws_s3_bucket", "media/Default")
    assert ("lifecycle" in bucket, bucket["force_destroy"]) == (False, True)
    versioning = built.one("aws_s3_bucket_versioning", "media/versioning")
    assert versioning["versioning_configuration"] == {"status": "Suspended"}
    rule = built.one("aws_s3_bucket_server_side_encryption_configuration", "media/encryption")["rule"][0]
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}
    cors = built.one("aws_s3_bucket_cors_configuration", "media/cors")["cors_rule"][0]
    assert (cors["allowed_origins"], cors["allowed_methods"]) == (
        ["https://shop.example.com"],
        ["GET", "PUT"],
    )
    assert (cors["expose_headers"], cors["max_age_seconds"]) == (["ETag"], 3600)


def test_objects_expire_as_set_and_incomplete_uploads_are_aborted(built: Built) -> None:
    abort, media = built.one("aws_s3_bucket_lifecycle_configuration", "media/lifecycle")["rule"]
    assert abort["status"] == media["status"] == "Enabled"
    assert abort["abort_incomplete_multipart_upload"] == [{"days_after_initiation": 7}]
    assert (media["id"], media["filter"], media["expiration"]) == (
        "media",
        [{"prefix": "media/"}],
        [{"days": 90}],
    )
    assert media["transition"] == [{"days": 30, "storage_class": "STANDARD_IA"}]
    safe = built.one("aws_s3_bucket_lifecycle_configuration", "safe/lifecycle")["rule"][1]
    assert safe["noncurrent_version_expiration"] == [{"noncurrent_days": 30}]
    assert "expiration" not in safe


def test_the_newest_noncurrent_versions_are_retained_as_set(built: Built) -> None:
    rule = built.one("aws_s3_bucket_lifecycle_configuration", "agreed/lifecycle")["rule"][1]
    expiration = rule["noncurrent_version_expiration"]
    assert expiration == [{"noncurrent_days": 90, "newer_noncurrent_versions": 30}]
    assert rule["expiration"] == [{"expired_object_delete_marker": True}]


def test_a_fixed_name_is_used_unchanged(built: Built) -> None:
    assert built.one("aws_s3_bucket", "agreed/Default")["bucket"] == "agreed-elsewhere"


def test_logs_are_not_versioned_and_expire(built: Built) -> None:
    account = "${data.aws_caller_identity.account.account_id}"
    bucket = built.one("aws_s3_bucket", "logs/Default")
    assert bucket["bucket"] == f"shop-test-web-logs-{account}-eu-west-1"
    assert ("lifecycle" in bucket, bucket["force_destroy"]) == (False, True)
    versioning = built.one("aws_s3_bucket_versioning", "logs/versioning")
    assert versioning["versioning_configuration"] == {"status": "Suspended"}
    (_, rule) = built.one("aws_s3_bucket_lifecycle_configuration", "logs/lifecycle")["rule"]
    assert (rule["filter"], rule["expiration"]) == ([{"prefix": ""}], [{"days": 30}])


@pytest.mark.parametrize(
    ("names", "got"),
    [({}, "got neither"), ({"name": "a", "fixed_name": "b"}, "got both, 'a' and 'b'")],
)
def test_a_bucket_needs_exactly_one_name(
    synthesize_module: Callable[..., Json], names: dict[str, Any], got: str
) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.storage.bucket.bucket import Bucket

        Bucket(stack, "nameless", context=context, settings=BucketSettings(), **names)

    with pytest.raises(ProblemsError, match=rf"nameless: {got}; allowed: either name or fixed_name; set"):
        synthesize_module(build)


def test_a_name_that_leaves_no_room_for_account_and_region_is_refused(
    synthesize_module: Callable[..., Json],
) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.storage.bucket.bucket import Bucket

        Bucket(
            stack, "long", context=context, name="a-very-long-name-of-a-bucket-xy", settings=BucketSettings()
        )

    with pytest.raises(
        ProblemsError, match="got 64 characters; allowed: at most 63 for a name of kind S3 bucket"
    ):
        synthesize_module(build)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Transition(days=29, storage_class="STANDARD_IA"), "days: got 29 days; allowed: 30 or more"),
        (lambda: LifecycleRule(name="nothing"), "LifecycleRule.nothing: got no action"),
        (
            lambda: LifecycleRule(
                name="late", expire_days=30, transitions=(Transition(days=30, storage_class="GLACIER"),)
            ),
            "LifecycleRule.late: got expiry after 30 days, transition after 30",
        ),
        (
            lambda: LifecycleRule(name="kept", expire_days=30, keep_noncurrent_versions=3),
            "LifecycleRule.kept: got versions to keep without an expiry of others",
        ),
        (lambda: BucketSettings(lifecycle=MEDIA.lifecycle * 2), "lifecycle: got 'media' twice"),
        (lambda: CorsRule(origins=("http://shop.example.com",)), "origins: got 'http://shop.example.com'"),
        (lambda: CorsRule(origins=("*",)), "origins: got '*'; allowed: https://host without a path"),
    ],
)
def test_settings_that_s3_refuses_are_refused_by_name(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        make()
    assert said in str(raised.value)
