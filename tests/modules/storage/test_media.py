"""Media buckets as they are synthesized: who reads and writes, what expires, what is copied."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.storage.media.settings import MediaSettings, Replica

Json = dict[str, Any]
REGION, OTHER = "eu-west-1", "eu-central-1"
ORIGIN = "https://shop.example.com"
SETTINGS = MediaSettings(
    origins=(ORIGIN,),
    expire_days={"uploads/": 90},
    presigned_url_seconds=600,
    replica=Replica(region=OTHER),
    backed_up=True,
)
PLAIN = MediaSettings(protected=False, versioned=False, encryption="S3")


class Built:
    """A media bucket with all that it can have, a plain one, and their JSON."""

    def __init__(self, synthesize: Callable[..., Json]) -> None:
        self.json = synthesize(self.build)

    def build(self, stack: Any, context: Any) -> None:
        from modules.storage.media.media import Media

        self.media = Media(stack, "media", context=context, settings=SETTINGS)
        self.plain = Media(stack, "plain", context=context, settings=PLAIN, name="plain")
        self.reading = self.media.client_access("uploads/")
        self.writing = self.media.client_access("uploads/", write=True)
        self.all_of_plain = self.plain.client_access("", write=True)

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].removeprefix("small/"): one for one in found}

    def one(self, kind: str, path: str) -> Json:
        return self.resources(kind)[path]

    def statements(self, kind: str, path: str) -> dict[str, Json]:
        found = json.loads(self.one(kind, path)["policy"])["Statement"]
        return {one.get("Sid", one["Action"][0]): one for one in found}


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module)


def test_scripts_of_the_named_pages_may_upload_and_nobody_else_s(built: Built) -> None:
    (rule,) = built.one("aws_s3_bucket_cors_configuration", "media/media-bucket/cors")["cors_rule"]
    assert rule["allowed_origins"] == [ORIGIN]
    assert rule["allowed_methods"] == list(SETTINGS.methods)
    assert {"content-type", "x-amz-*"} <= set(rule["allowed_headers"])
    assert "plain/media-bucket/cors" not in built.resources("aws_s3_bucket_cors_configuration")


def test_named_prefixes_expire_in_both_regions_since_s3_replicates_no_expiry(built: Built) -> None:
    for bucket in ("media/media-bucket", "media/replica-media-bucket"):
        rules = built.one("aws_s3_bucket_lifecycle_configuration", f"{bucket}/lifecycle")["rule"]
        expiring = {one["filter"][0]["prefix"]: one["expiration"] for one in rules if "expiration" in one}
        assert expiring == {prefix: [{"days": days}] for prefix, days in SETTINGS.expire_days.items()}
        kept = [
            one["noncurrent_version_expiration"] for one in rules if "noncurrent_version_expiration" in one
        ]
        assert kept == [[{"noncurrent_days": SETTINGS.keep_versions_days}]]


def test_the_replica_is_in_its_region_with_a_key_of_that_region(built: Built) -> None:
    for kind in ("aws_s3_bucket", "aws_kms_key", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block"):
        regions = {path: one.get("provider") for path, one in built.resources(kind).items()}
        replicas = {path for path, provider in regions.items() if provider == f"aws.{OTHER}"}
        assert replicas == {path for path in regions if path.startswith("media/replica-")} != set()
    names = {path: one["bucket"] for path, one in built.resources("aws_s3_bucket").items()}
    assert names["media/replica-media-bucket/Default"] == names["media/media-bucket/Default"].replace(
        REGION, OTHER
    )
    encryption = built.one(
        "aws_s3_bucket_server_side_encryption_configuration", "media/replica-media-bucket/encryption"
    )
    (rule,) = encryption["rule"]
    key = rule["apply_server_side_encryption_by_default"]["kms_master_key_id"]
    assert key == "${aws_kms_key.media_replica-key_" + key.partition("replica-key_")[2]


def test_everything_new_is_copied_with_deletions_once_both_buckets_have_versions(built: Built) -> None:
    replication = built.one("aws_s3_bucket_replication_configuration", "media/replication/Default")
    (rule,) = replication["rule"]
    assert (rule["status"], rule["filter"]) == ("Enabled", {"prefix": ""})
    assert rule["delete_marker_replication"] == {"status": "Enabled"}
    assert rule["source_selection_criteria"] == {"sse_kms_encrypted_objects": {"status": "Enabled"}}
    destination = rule["destination"]
    assert "replica-media-bucket" in destination["bucket"]
    assert "replica-key" in destination["encryption_configuration"]["replica_kms_key_id"]
    assert destination["metrics"] == {"status": "Enabled"}
    waits = " ".join(replication["depends_on"])
    assert waits.count("aws_s3_bucket_versioning") == 2
    assert "aws_iam_role_policy" in waits
    assert list(built.resources("aws_s3_bucket_replication_configuration")) == ["media/replication/Default"]


def test_the_replication_role_reads_one_bucket_and_writes_the_other(built: Built) -> None:
    role = built.one("aws_iam_role", "media/replication/role")
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "s3.amazonaws.com"}
    allowed = built.statements("aws_iam_role_policy", "media/replication/policy")
    resources = {action: one["Resource"][0] for action, one in allowed.items()}
    source, replica = "${aws_s3_bucket.media_media-bucket_", "${aws_s3_bucket.media_replica-media-bucket_"
    assert resources["s3:GetReplicationConfiguration"].startswith(source)
    assert resources["s3:GetObjectVersionForReplication"].startswith(source)
    assert resources["s3:ReplicateObject"].startswith(replica)
    assert len(resources) == len(allowed) == 5
    for action, region in (("kms:Decrypt", REGION), ("kms:Encrypt", OTHER)):
        condition = allowed[action]["Condition"]["StringLike"]
        assert condition["kms:ViaService"] == f"s3.{region}.amazonaws.com"
        assert condition["kms:EncryptionContext:aws:s3:arn"].startswith("${aws_s3_bucket.")
        assert allowed[action]["Resource"] != ["*"]


def test_old_presigned_urls_are_refused_and_other_signatures_are_not(built: Built) -> None:
    refusal = built.statements("aws_s3_bucket_policy", "media/media-bucket/policy")["RefuseOldPresignedUrls"]
    assert (refusal["Effect"], refusal["Principal"]) == ("Deny", "*")
    assert refusal["Condition"] == {
        "StringEquals": {"s3:authType": "REST-QUERY-STRING"},
        "NumericGreaterThan": {"s3:signatureAge": str(SETTINGS.presigned_url_seconds * 1000)},
    }


def test_a_service_gets_permissions_for_its_prefix_alone(built: Built) -> None:
    (read, decrypt), (change, encrypt) = built.reading.statements, built.writing.statements
    assert list(read.actions) == ["s3:GetObject"]
    assert list(decrypt.actions) == ["kms:Decrypt"]
    assert list(change.actions) == [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
    ]
    assert list(encrypt.actions) == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert [one.endswith("/uploads/*") for one in (*read.resources, *change.resources)] == [True, True]
    assert decrypt.conditions == {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    (whole,) = built.all_of_plain.statements
    assert [one.endswith("}/*") for one in whole.resources] == [True]


def test_a_service_is_told_where_its_files_are(built: Built) -> None:
    told = dict(built.reading.environment)
    assert told.pop("MEDIA_BUCKET").startswith("${")
    assert told == {"MEDIA_REGION": REGION, "MEDIA_PREFIX": "uploads/", "MEDIA_PRESIGNED_URL_SECONDS": "600"}


def test_only_the_bucket_itself_is_backed_up(built: Built) -> None:
    tags = {path: one["tags"] for path, one in built.resources("aws_s3_bucket").items()}
    assert [path for path, one in tags.items() if one.get("BackupPolicy") == "daily"] == [
        "media/media-bucket/Default"
    ]


def test_what_a_distribution_reads_it_may_decrypt(built: Built) -> None:
    statement = built.statements("aws_kms_key", "media/key/Default")["CloudFront"]
    assert statement["Action"] == ["kms:Decrypt"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"].endswith(":distribution/*")


def test_a_failed_replication_is_told_and_a_bucket_alone_has_no_such_alarm(built: Built) -> None:
    (alarm,) = built.media.monitored.alarms
    assert (alarm.key, alarm.threshold, alarm.missing_data) == ("not-replicated", 0, "notBreaching")
    assert built.plain.monitored.alarms == ()
    assert built.plain.monitored.widgets


def test_a_plain_bucket_has_neither_key_nor_versions_nor_replica(built: Built) -> None:
    assert [path for path in built.resources("aws_kms_key") if path.startswith("plain")] == []
    versioning = built.one("aws_s3_bucket_versioning", "plain/media-bucket/versioning")
    assert versioning["versioning_configuration"] == {"status": "Suspended"}
    assert built.one("aws_s3_bucket", "plain/media-bucket/Default")["force_destroy"] is True


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: MediaSettings(expire_days={"/uploads": 90}), "expire_days: got '/uploads'; allowed: a path"),
        (lambda: MediaSettings(expire_days={"uploads/": 0}), "expire_days.uploads/: got 0"),
        (
            lambda: MediaSettings(versioned=False, replica=Replica(region=OTHER)),
            "replica: got versioned=False",
        ),
        (lambda: MediaSettings(versioned=False, backed_up=True), "backed_up: got versioned=False"),
        (lambda: Replica(region="Frankfurt"), "Replica.region: got 'Frankfurt'"),
        (lambda: MediaSettings(origins=("*",)).bucket, "origins: got '*'; allowed: https://host"),
        (
            lambda: MediaSettings(origins=("*",), any_origin_reason="fonts").bucket,
            "methods: got * with PUT, POST; allowed: * with GET and HEAD",
        ),
        (lambda: MediaSettings(presigned_url_seconds=604_801), "presigned_url_seconds: got 604801"),
    ],
)
def test_settings_that_s3_refuses_are_refused_by_name(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        make()
    assert said in str(raised.value)


def test_every_page_may_read_with_a_reason() -> None:
    reading = MediaSettings(origins=("*",), methods=("GET",), any_origin_reason="fonts of every shop")
    assert reading.bucket.cors[0].origins == ("*",)


def test_a_replica_in_the_same_region_and_a_wrong_prefix_are_refused(
    built: Built, synthesize_module: Callable[..., Json]
) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.storage.media.media import Media

        Media(stack, "media", context=context, settings=MediaSettings(replica=Replica(region=REGION)))

    with pytest.raises(ProblemsError, match="replica of media: got eu-west-1; allowed: another region"):
        synthesize_module(build)
    with pytest.raises(ProblemsError, match="prefix: got '/uploads'; allowed: a path with / behind"):
        built.media.client_access("/uploads")
