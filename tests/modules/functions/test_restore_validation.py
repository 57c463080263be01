"""The function that looks at what restore tests restored: RDS is moto's, AWS Backup hears the result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from modules.functions import restore_validation

NAME = "awsbackup-restore-test-1"
PLACE = "eu-west-1:123456789012"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account that is none."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield


def told(kind: str, resource: str, status: str, message: str) -> None:
    """Validate a restored resource, and compare what AWS Backup is told."""
    service = {"EFS": "elasticfilesystem"}.get(kind, "rds")
    arn = f"arn:aws:{service}:{PLACE}:{resource}"
    detail = {"resourceType": kind, "createdResourceArn": arn, "restoreJobId": "job"}
    backup = boto3.client("backup")
    with Stubber(backup) as stubbed:
        asked = {"RestoreJobId": "job", "ValidationStatus": status, "ValidationStatusMessage": message}
        stubbed.add_response("put_restore_validation_result", {}, asked)
        clients = {"backup": backup}
        restore_validation.validate(lambda name: clients.get(name) or boto3.client(name), detail)
        stubbed.assert_no_pending_responses()


def instance(**more: Any) -> None:
    boto3.client("rds").create_db_instance(
        DBInstanceIdentifier=NAME,
        DBInstanceClass="db.t4g.small",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="app",
        MasterUserPassword="not-a-secret",
        VpcSecurityGroupIds=["sg-1"],
        **more,
    )


def test_what_is_whole_and_apart_is_a_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_GROUP", "sg-1")
    instance(StorageEncrypted=True, PubliclyAccessible=False)
    told("RDS", f"db:{NAME}", "SUCCESSFUL", "available, encrypted, reached by nobody")


def test_what_is_wrong_is_told_and_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURITY_GROUP", "sg-2")
    instance(StorageEncrypted=False, PubliclyAccessible=True)
    wrong = "it is public; it is not encrypted; its security groups are sg-1"
    with pytest.raises(RuntimeError, match=f"RDS db:{NAME}: {wrong}"):
        told("RDS", f"db:{NAME}", "FAILED", wrong)


def test_a_cluster_and_a_file_system_are_looked_at_too() -> None:
    boto3.client("rds").create_db_cluster(
        DBClusterIdentifier=NAME,
        Engine="aurora-postgresql",
        MasterUsername="app",
        MasterUserPassword="not-a-secret",
        StorageEncrypted=True,
    )
    told("Aurora", f"cluster:{NAME}", "SUCCESSFUL", "available, encrypted, reached by nobody")
    made = boto3.client("efs").create_file_system(Encrypted=False)["FileSystemId"]
    with pytest.raises(RuntimeError, match="it is not encrypted"):
        told("EFS", f"file-system/{made}", "FAILED", "it is not encrypted")
