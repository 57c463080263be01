"""Patches of AWS Backup, each by what AWS's pages say of the call."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
ROLE = "arn:aws:iam::123456789012:role/backups"
VAULT = "arn:aws:backup:eu-west-1:123456789012:backup-vault:vault"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:topic"


@pytest.fixture
def backup(emulator: Emulator) -> Any:
    """A client, with a vault."""
    client = emulator.client("backup", "eu-west-1")
    client.create_backup_vault(BackupVaultName="vault")
    return client


def document(**rule: Any) -> dict[str, Any]:
    """A plan of one rule."""
    whole = {"RuleName": "daily", "TargetBackupVaultName": "vault", **rule}
    return {"BackupPlanName": "plan", "Rules": [whole]}


def plan(backup: Any, **rule: Any) -> str:
    made: str = backup.create_backup_plan(BackupPlan=document(**rule))["BackupPlanId"]
    return made


def test_a_plan_changes_under_the_same_id(backup: Any) -> None:
    known = plan(backup)
    before = backup.get_backup_plan(BackupPlanId=known)
    changed = document(ScheduleExpression="cron(0 6 * * ? *)", Lifecycle={"DeleteAfterDays": 35})
    backup.update_backup_plan(BackupPlanId=known, BackupPlan=changed)
    after = backup.get_backup_plan(BackupPlanId=known)
    (rule,) = after["BackupPlan"]["Rules"]
    assert (rule["ScheduleExpression"], rule["Lifecycle"]) == ("cron(0 6 * * ? *)", {"DeleteAfterDays": 35})
    assert rule["StartWindowMinutes"] == 480
    assert after["VersionId"] != before["VersionId"]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.update_backup_plan(BackupPlanId="other", BackupPlan=changed)


@pytest.mark.parametrize("where", ["itself", "its copy"])
def test_what_is_cold_is_kept_for_ninety_days(where: str, backup: Any) -> None:
    short = {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 99}
    copy = {"DestinationBackupVaultArn": VAULT, "Lifecycle": short}
    wrong = {"Lifecycle": short} if where == "itself" else {"CopyActions": [copy]}
    with pytest.raises(ClientError, match="Invalid lifecycle"):
        plan(backup, **wrong)
    known = plan(backup)
    with pytest.raises(ClientError, match="Invalid lifecycle"):
        backup.update_backup_plan(BackupPlanId=known, BackupPlan=document(**wrong))


def test_a_selection_lives_and_its_plan_outlives_it(backup: Any) -> None:
    known = plan(backup)
    tags = {"StringEquals": [{"ConditionKey": "aws:ResourceTag/BackupPolicy", "ConditionValue": "daily"}]}
    wanted = {"SelectionName": "daily", "IamRoleArn": ROLE, "Resources": ["*"], "Conditions": tags}
    made = backup.create_backup_selection(BackupPlanId=known, BackupSelection=wanted)
    ids = {"BackupPlanId": known, "SelectionId": made["SelectionId"]}
    assert backup.get_backup_selection(**ids)["BackupSelection"] == wanted
    (listed,) = backup.list_backup_selections(BackupPlanId=known)["BackupSelectionsList"]
    assert (listed["SelectionId"], listed["SelectionName"]) == (made["SelectionId"], "daily")
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        backup.create_backup_selection(BackupPlanId=known, BackupSelection=wanted)
    with pytest.raises(ClientError, match="selections must be deleted prior to backup plan deletion"):
        backup.delete_backup_plan(BackupPlanId=known)
    backup.delete_backup_selection(**ids)
    with pytest.raises(ClientError, match="Cannot find Backup selection"):
        backup.get_backup_selection(**ids)
    backup.delete_backup_plan(BackupPlanId=known)
    assert plan(backup) != known


def test_a_selection_of_no_plan_is_refused(backup: Any) -> None:
    wanted = {"SelectionName": "daily", "IamRoleArn": ROLE, "Resources": ["*"]}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.create_backup_selection(BackupPlanId="none", BackupSelection=wanted)


def test_a_vault_has_a_policy_or_none(backup: Any) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_vault_access_policy(BackupVaultName="vault")
    backup.put_backup_vault_access_policy(BackupVaultName="vault", Policy=policy)
    answered = backup.get_backup_vault_access_policy(BackupVaultName="vault")
    assert (answered["Policy"], answered["BackupVaultArn"]) == (policy, VAULT)
    backup.delete_backup_vault_access_policy(BackupVaultName="vault")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_vault_access_policy(BackupVaultName="vault")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.put_backup_vault_access_policy(BackupVaultName="other", Policy=policy)


def test_a_vault_has_notifications_which_go_with_it(backup: Any) -> None:
    wanted = {"SNSTopicArn": TOPIC, "BackupVaultEvents": ["BACKUP_JOB_FAILED"]}
    backup.put_backup_vault_notifications(BackupVaultName="vault", **wanted)
    answered = backup.get_backup_vault_notifications(BackupVaultName="vault")
    assert {name: answered[name] for name in wanted} == wanted
    with pytest.raises(ClientError, match="BackupVaultEvents"):
        backup.put_backup_vault_notifications(
            BackupVaultName="vault", SNSTopicArn=TOPIC, BackupVaultEvents=["SOMETHING"]
        )
    backup.delete_backup_vault(BackupVaultName="vault")
    backup.create_backup_vault(BackupVaultName="vault")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_vault_notifications(BackupVaultName="vault")
    backup.put_backup_vault_notifications(BackupVaultName="vault", **wanted)
    backup.delete_backup_vault_notifications(BackupVaultName="vault")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_vault_notifications(BackupVaultName="vault")


def test_nothing_is_in_a_vault(backup: Any) -> None:
    assert backup.list_recovery_points_by_backup_vault(BackupVaultName="vault")["RecoveryPoints"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.list_recovery_points_by_backup_vault(BackupVaultName="other")


TEST = {
    "RestoreTestingPlanName": "tests",
    "ScheduleExpression": "cron(0 12 2 * ? *)",
    "RecoveryPointSelection": {
        "Algorithm": "LATEST_WITHIN_WINDOW",
        "IncludeVaults": [VAULT],
        "RecoveryPointTypes": ["SNAPSHOT"],
        "SelectionWindowDays": 7,
    },
}
SELECTION = {
    "RestoreTestingSelectionName": "rds",
    "IamRoleArn": ROLE,
    "ProtectedResourceType": "RDS",
    "ProtectedResourceArns": ["*"],
}


def test_a_restore_testing_plan_lives(backup: Any) -> None:
    made = backup.create_restore_testing_plan(RestoreTestingPlan=TEST, Tags={"Name": "tests"})
    assert backup.list_tags(ResourceArn=made["RestoreTestingPlanArn"])["Tags"] == {"Name": "tests"}
    answered = backup.get_restore_testing_plan(RestoreTestingPlanName="tests")["RestoreTestingPlan"]
    assert {name: answered[name] for name in TEST} == TEST
    assert (answered["StartWindowHours"], answered["ScheduleExpressionTimezone"]) == (24, "Etc/UTC")
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        backup.create_restore_testing_plan(RestoreTestingPlan=TEST)
    changed = {"ScheduleExpression": "cron(0 12 3 * ? *)", "StartWindowHours": 8}
    backup.update_restore_testing_plan(RestoreTestingPlanName="tests", RestoreTestingPlan=changed)
    answered = backup.get_restore_testing_plan(RestoreTestingPlanName="tests")["RestoreTestingPlan"]
    assert {name: answered[name] for name in changed} == changed
    assert answered["RecoveryPointSelection"] == TEST["RecoveryPointSelection"]
    backup.delete_restore_testing_plan(RestoreTestingPlanName="tests")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_restore_testing_plan(RestoreTestingPlanName="tests")


def test_a_restore_testing_selection_lives(backup: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.create_restore_testing_selection(
            RestoreTestingPlanName="tests", RestoreTestingSelection=SELECTION
        )
    backup.create_restore_testing_plan(RestoreTestingPlan=TEST)
    backup.create_restore_testing_selection(RestoreTestingPlanName="tests", RestoreTestingSelection=SELECTION)
    ids = {"RestoreTestingPlanName": "tests", "RestoreTestingSelectionName": "rds"}
    answered = backup.get_restore_testing_selection(**ids)["RestoreTestingSelection"]
    assert {name: answered[name] for name in SELECTION} == SELECTION
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        backup.create_restore_testing_selection(
            RestoreTestingPlanName="tests", RestoreTestingSelection=SELECTION
        )
    backup.update_restore_testing_selection(**ids, RestoreTestingSelection={"ValidationWindowHours": 4})
    answered = backup.get_restore_testing_selection(**ids)["RestoreTestingSelection"]
    assert (answered["ValidationWindowHours"], answered["ProtectedResourceArns"]) == (4, ["*"])
    with pytest.raises(ClientError, match="selections must be deleted first"):
        backup.delete_restore_testing_plan(RestoreTestingPlanName="tests")
    backup.delete_restore_testing_selection(**ids)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_restore_testing_selection(**ids)


@pytest.mark.parametrize(
    ("resources", "why"),
    [
        ({"ProtectedResourceArns": []}, "are required"),
        (
            {
                "ProtectedResourceArns": ["arn:aws:rds:eu-west-1:123456789012:db:shop"],
                "ProtectedResourceConditions": {
                    "StringEquals": [{"Key": "aws:ResourceTag/BackupPolicy", "Value": "daily"}]
                },
            },
            "no ARNs but the wildcard",
        ),
    ],
)
def test_a_selection_names_its_resources_one_way(resources: dict[str, Any], why: str, backup: Any) -> None:
    backup.create_restore_testing_plan(RestoreTestingPlan=TEST)
    with pytest.raises(ClientError, match=why):
        backup.create_restore_testing_selection(
            RestoreTestingPlanName="tests", RestoreTestingSelection={**SELECTION, **resources}
        )


@pytest.mark.parametrize("end", ["", "/"])
def test_tags_are_found_with_a_slash_at_the_end_of_the_path_and_without(
    end: str, emulator: Emulator, backup: Any
) -> None:
    backup.tag_resource(ResourceArn=VAULT, Tags={"Service": "shop"})
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=emulator/20260101/eu-west-1/backup/aws4_request"}
    with closing(HTTPConnection("127.0.0.1", emulator.port)) as connection:
        connection.request("GET", f"/tags/{quote(VAULT, safe='')}{end}", headers=signed)
        answer = json.loads(connection.getresponse().read())
    assert answer == {"Tags": {"Service": "shop"}}
