"""What the state backend is made of, in the JSON that Terraform gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from backend.s3_settings import S3Settings
from backend.settings import S3States, load
from backend.state_backend_settings import StateBackendSettings

Json = dict[str, Any]
Synthesize = Callable[[StateBackendSettings], Json]
STACKS = ("ohi-dev", "ohi-prod", "state-backend")
S3 = S3Settings(bucket="states", region="eu-west-1", kms_key_id="alias/states", dynamodb_table="locks")
PROTECTED = ("aws_s3_bucket", "aws_dynamodb_table", "aws_kms_key")


@pytest.fixture(scope="module")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """The resources of a state backend, by type and then by construct path."""

    def made(settings: StateBackendSettings) -> Json:
        from cdktf import App, TerraformStack

        from backend.state_backend import StateBackend
        from modules.context import Context

        directory = tmp_path_factory.mktemp("state-backend")
        app = App(outdir=str(directory))
        stack = TerraformStack(app, "s")
        context = Context.of(stack, product="shared", environment="test", region="eu-west-1")
        StateBackend(stack, "states", context=context, settings=settings)
        app.synth()
        return dict(json.loads((directory / "stacks/s/cdk.tf.json").read_text())["resource"])

    return made


@pytest.fixture(scope="module")
def resources(synthesize: Synthesize) -> Json:
    return synthesize(StateBackendSettings(s3=S3, stacks=STACKS))


def only(resources: Json, kind: str) -> Json:
    (resource,) = resources[kind].values()
    return dict(resource)


def test_it_creates_what_the_file_names(resources: Json) -> None:
    assert only(resources, "aws_s3_bucket")["bucket"] == S3.bucket
    assert only(resources, "aws_dynamodb_table")["name"] == S3.dynamodb_table
    assert only(resources, "aws_kms_alias")["name"] == S3.kms_key_id


@pytest.mark.parametrize("name", ["state-backend", "state-backend-recovery"])
def test_the_stacks_that_ship_create_what_the_files_that_ship_name(
    name: str, stacks: dict[str, Json]
) -> None:
    states = load({})
    assert isinstance(states, S3States)
    shipped, made = states.of(name), stacks[name]
    assert only(made["resource"], "aws_s3_bucket")["bucket"] == shipped.bucket
    assert only(made["resource"], "aws_dynamodb_table")["name"] == shipped.dynamodb_table
    assert only(made["resource"], "aws_kms_alias")["name"] == shipped.kms_key_id
    of_recoveries = name.endswith("-recovery")
    kept = {
        one
        for one, stack in stacks.items()
        if stack["terraform"]["backend"]["s3"]["bucket"] == shipped.bucket
    }
    assert kept == {one for one in stacks if one.endswith("-recovery") == of_recoveries}


@pytest.mark.parametrize("kind", PROTECTED)
def test_what_holds_data_is_not_destroyed(resources: Json, kind: str) -> None:
    assert only(resources, kind)["lifecycle"] == {"prevent_destroy": True}


def test_the_bucket_is_versioned_encrypted_private_and_owned(resources: Json) -> None:
    versioning = only(resources, "aws_s3_bucket_versioning")
    assert versioning["versioning_configuration"] == {"status": "Enabled"}
    (rule,) = only(resources, "aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["bucket_key_enabled"] is True
    encryption = rule["apply_server_side_encryption_by_default"]
    assert encryption["sse_algorithm"] == "aws:kms"
    (key,) = resources["aws_kms_key"]
    assert encryption["kms_master_key_id"] == f"${{aws_kms_key.{key}.arn}}"
    private = only(resources, "aws_s3_bucket_public_access_block")
    switches = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert [private[switch] for switch in switches] == [True] * 4
    ownership = only(resources, "aws_s3_bucket_ownership_controls")
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}


def test_the_policy_comes_after_the_public_access_block(resources: Json) -> None:
    (block,) = resources["aws_s3_bucket_public_access_block"]
    policy = only(resources, "aws_s3_bucket_policy")
    assert policy["depends_on"] == [f"aws_s3_bucket_public_access_block.{block}"]
    assert "DenyInsecureTransport" in policy["policy"]


def test_the_bucket_denies_plain_http_and_what_the_backend_adds(resources: Json) -> None:
    (bucket,) = resources["aws_s3_bucket"]
    statements = json.loads(only(resources, "aws_s3_bucket_policy")["policy"])["Statement"]
    denied = {one["Sid"]: one for one in statements}
    assert list(denied) == [
        "DenyInsecureTransport",
        "DenyOldTls",
        "DenyOtherEncryption",
        "DenyOtherKeys",
        "DenyAliasOfOtherAccounts",
        "DenyCustomerKeys",
        "DenyLossOfVersions",
        "DenyLossOfBucket",
    ]
    assert {one["Effect"] for one in statements} == {"Deny"}
    arn = f"${{aws_s3_bucket.{bucket}.arn}}"
    whole = [arn, f"{arn}/*"]
    assert denied["DenyInsecureTransport"]["Resource"] == denied["DenyOldTls"]["Resource"] == whole
    assert denied["DenyInsecureTransport"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_old_versions_go_but_the_newest_stay(resources: Json) -> None:
    rules = {rule["id"]: rule for rule in only(resources, "aws_s3_bucket_lifecycle_configuration")["rule"]}
    expiration = rules["old-versions"]["noncurrent_version_expiration"]
    assert expiration == [{"noncurrent_days": 90, "newer_noncurrent_versions": 30}]
    assert "days" not in str(rules["old-versions"]["expiration"]), "a current state never expires"
    unfinished = rules["abort-unfinished-uploads"]["abort_incomplete_multipart_upload"]
    assert unfinished == [{"days_after_initiation": 7}]


def test_the_table_is_terraforms_and_recoverable(resources: Json) -> None:
    table = only(resources, "aws_dynamodb_table")
    (key,) = resources["aws_kms_key"]
    assert (table["billing_mode"], table["hash_key"]) == ("PAY_PER_REQUEST", "LockID")
    assert table["attribute"] == [{"name": "LockID", "type": "S"}]
    assert table["point_in_time_recovery"] == {"enabled": True}
    assert table["deletion_protection_enabled"] is True
    assert table["server_side_encryption"] == {"enabled": True, "kms_key_arn": f"${{aws_kms_key.{key}.arn}}"}


def test_the_key_rotates_and_waits_a_month_before_it_goes(resources: Json) -> None:
    key = only(resources, "aws_kms_key")
    assert (key["enable_key_rotation"], key["deletion_window_in_days"]) == (True, 30)


def test_every_stack_has_a_policy_of_its_own(resources: Json) -> None:
    policies = {policy["name"]: policy["policy"] for policy in resources["aws_iam_policy"].values()}
    assert set(policies) == {f"states-{stack}" for stack in STACKS}
    assert "/ohi-dev/terraform.tfstate" in policies["states-ohi-dev"]
    assert "ohi-prod" not in policies["states-ohi-dev"]


def test_without_a_table_in_the_file_there_is_none(synthesize: Synthesize) -> None:
    s3 = S3Settings(bucket="states", region="eu-west-1", kms_key_id="alias/states")
    resources = synthesize(StateBackendSettings(s3=s3, stacks=("ohi-dev",)))
    assert "aws_dynamodb_table" not in resources
    assert "dynamodb:GetItem" not in only(resources, "aws_iam_policy")["policy"]


def test_access_is_logged_to_a_bucket_that_is_named(resources: Json, synthesize: Synthesize) -> None:
    assert "aws_s3_bucket_logging" not in resources
    settings = StateBackendSettings(s3=S3, stacks=("ohi-dev",), access_log_bucket="logs")
    logging = only(synthesize(settings), "aws_s3_bucket_logging")
    assert (logging["target_bucket"], logging["target_prefix"]) == ("logs", "states/")
