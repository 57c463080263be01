"""The stack of the account as it ships: applied, planned again empty, destroyed but for what is protected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.sandbox import Workspace
from stacks.account.settings import account_settings
from tests.planned import keep, planned
from tests.stacks.synthesized import Json

pytestmark = pytest.mark.emulator
ACCOUNT = "123456789012"


def unprotected(document: Path) -> None:
    """Let a plan destroy what is protected, and a bucket what is in it, as a person would who gives it up."""
    content: Json = json.loads(document.read_text())
    for kind, found in content["resource"].items():
        for body in found.values():
            body.get("lifecycle", {}).pop("prevent_destroy", None)
            if kind == "aws_s3_bucket":
                body["force_destroy"] = True
    document.write_text(json.dumps(content))


def test_the_account_is_applied_once_locks_its_trail_and_is_destroyed_when_it_is_given_up(
    output: Path, emulator: Emulator, workspace: Workspace, kept_plans: Path
) -> None:
    workspace.write(output / "stacks/account/cdk.tf.json")
    workspace.init()
    plan, found = planned(workspace)
    keep(kept_plans, "account", found)
    workspace.terraform.apply(plan)
    assert not workspace.left_out
    assert workspace.terraform.plan().empty
    (provider,) = emulator.client("iam", workspace.region).list_open_id_connect_providers()[
        "OpenIDConnectProviderList"
    ]
    assert provider["Arn"].endswith(":oidc-provider/token.actions.githubusercontent.com")
    (trail,) = emulator.client("cloudtrail", workspace.region).describe_trails()["trailList"]
    assert trail["IsMultiRegionTrail"]
    assert trail["LogFileValidationEnabled"]
    a_log_file_cannot_be_deleted(emulator, workspace.region, trail["S3BucketName"])
    with pytest.raises(ProblemsError, match="prevent_destroy"):
        workspace.terraform.plan(destroy=True, refresh=False)
    unprotected(workspace.directory / "cdk.tf.json")
    # What is locked stays, and the bucket with it.
    with pytest.raises(ProblemsError, match="bucket"):
        workspace.terraform.destroy(refresh=False)
    assert {one.partition(".")[0] for one in workspace.terraform.addresses()} <= {"aws_s3_bucket", "data"}


def a_log_file_cannot_be_deleted(emulator: Emulator, region: str, bucket: str) -> None:
    """A file that is written as CloudTrail writes it is locked for the days of the settings."""
    s3 = emulator.client("s3", region)
    trail = account_settings([]).trail
    assert trail
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Days": trail.locked_days}
    key = f"AWSLogs/{ACCOUNT}/CloudTrail/one.json.gz"
    version = s3.put_object(Bucket=bucket, Key=key, Body=b"{}")["VersionId"]
    for bypass in ({}, {"BypassGovernanceRetention": True}):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(Bucket=bucket, Key=key, VersionId=version, **bypass)
