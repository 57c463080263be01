"""Backups as they are synthesized: what is selected, how long it is kept, who may delete it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.resilience.backup.settings import (
    DAILY,
    MONTHLY,
    WEEKLY,
    BackupRule,
    BackupSettings,
    RestoreTesting,
)
from modules.resilience.backup.vault_lock import VaultLock

Json = dict[str, Any]
REGION, OTHER = "eu-west-1", "eu-central-1"
COLD = BackupRule(
    name="yearly", schedule="cron(0 10 1 1 ? *)", keep_days=400, cold_after_days=30, copy_days=30
)
SETTINGS = BackupSettings(
    plans={"daily": (DAILY, WEEKLY, replace(MONTHLY, copy_days=90)), "yearly": (COLD,)},
    copy_region=OTHER,
    restore_testing=RestoreTesting(resource_types=("RDS", "EFS")),
    buckets=True,
)
SMALL = BackupSettings(protected=False, lock=None, plans={"weekly": (WEEKLY,)})
TAGS = {"Service": "platform", "Environment": "test", "Application": "shop"}
METADATA: Any = {"RDS": {"dbParameterGroupName": "shop"}}


def tagged(context: Any, tags: dict[str, str] = TAGS) -> Any:
    """The context of a stack with these tags."""
    from modules.tagging import Tags

    return replace(context, tags=Tags(policy=context.tags.policy, values=tags))


class Built:
    """Backups of a production and of a small environment, and their JSON."""

    def __init__(self, synthesize: Callable[..., Json]) -> None:
        self.json = synthesize(self.build)

    def build(self, stack: Any, context: Any) -> None:
        from modules.resilience.backup.backup import Backups
        from modules.resilience.backup.isolation import RestoreNetwork

        given: Any = {"context": tagged(context)}
        network = RestoreNetwork(vpc_id="vpc-1", subnet_group="private")
        self.whole = Backups(
            stack,
            "backups",
            settings=SETTINGS,
            restore_metadata=METADATA,
            restore_network=network,
            **given,
        )
        self.small = Backups(stack, "small", settings=SMALL, name="small", **given)

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].removeprefix("small/"): one for one in found}

    def one(self, kind: str, path: str) -> Json:
        return self.resources(kind)[path]

    def name(self, kind: str, path: str) -> str:
        """The name of a resource in its address."""
        metadata: Json = self.one(kind, path)["//"]["metadata"]
        return str(metadata["uniqueId"])


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module)


def test_a_selection_takes_what_has_the_tag_in_this_environment_alone(built: Built) -> None:
    selections = built.resources("aws_backup_selection")
    assert set(selections) == {
        "backups/daily-selection",
        "backups/yearly-selection",
        "small/weekly-selection",
    }
    for path, selection in selections.items():
        (condition,) = selection["condition"]
        asked = {one["key"]: one["value"] for one in condition["string_equals"]}
        assert asked == {
            "aws:ResourceTag/BackupPolicy": path.partition("/")[2].removesuffix("-selection"),
            "aws:ResourceTag/Application": "shop",
            "aws:ResourceTag/Environment": "test",
        }
        # Tags of `selection_tag` would be alternatives.
        assert "selection_tag" not in selection
        assert selection["resources"] == ["*"]


def test_a_plan_has_its_rules_with_their_retention(built: Built) -> None:
    rules = {one["rule_name"]: one for one in built.one("aws_backup_plan", "backups/daily-plan")["rule"]}
    kept = {name: rule["lifecycle"]["delete_after"] for name, rule in rules.items()}
    assert kept == {rule.name: rule.keep_days for rule in (DAILY, WEEKLY, MONTHLY)}
    assert {name: rule["schedule"] for name, rule in rules.items()} == {
        rule.name: rule.schedule for rule in (DAILY, WEEKLY, MONTHLY)
    }
    assert {rule["target_vault_name"] for rule in rules.values()} == {
        f"${{aws_backup_vault.{built.name('aws_backup_vault', 'backups/vault/Default')}.name}}"
    }
    (cold,) = built.one("aws_backup_plan", "backups/yearly-plan")["rule"]
    assert cold["lifecycle"] == {"cold_storage_after": COLD.cold_after_days, "delete_after": COLD.keep_days}


def test_only_rules_with_days_for_it_are_copied_to_the_second_region(built: Built) -> None:
    rules = built.one("aws_backup_plan", "backups/daily-plan")["rule"]
    copied = {one["rule_name"]: one["copy_action"] for one in rules if "copy_action" in one}
    ((action,),) = copied.values()
    assert list(copied) == ["monthly"]
    assert action["lifecycle"] == {"delete_after": 90}
    assert action["destination_vault_arn"].startswith("${aws_backup_vault.backups_copies_")


def test_each_region_has_a_vault_with_a_key_and_a_lock(built: Built) -> None:
    for kind in ("aws_backup_vault", "aws_kms_key", "aws_backup_vault_lock_configuration"):
        providers = {path: one.get("provider") for path, one in built.resources(kind).items()}
        assert (
            {path for path, provider in providers.items() if provider == f"aws.{OTHER}"}
            == {path for path in providers if path.startswith("backups/copies/")}
            != set()
        )
    for path, vault in built.resources("aws_backup_vault").items():
        assert vault["kms_key_arn"].startswith(
            "${aws_kms_key." + path.replace("/", "_").removesuffix("Default")
        )
    locks = built.resources("aws_backup_vault_lock_configuration")
    assert set(locks) == {"backups/vault/lock", "backups/copies/lock"}
    for lock in locks.values():
        assert lock["min_retention_days"] == VaultLock().min_days
        # Present, it would be compliance mode.
        assert "changeable_for_days" not in lock


def test_vaults_are_protected_and_small_ones_go_with_what_is_in_them(built: Built) -> None:
    vaults = built.resources("aws_backup_vault")
    found = {path: (one["force_destroy"], one.get("lifecycle")) for path, one in vaults.items()}
    assert found == {
        "backups/vault/Default": (False, {"prevent_destroy": True}),
        "backups/copies/Default": (False, {"prevent_destroy": True}),
        "small/vault/Default": (True, None),
    }


def test_one_role_backs_up_and_another_restores(built: Built) -> None:
    attached: dict[str, set[str]] = {}
    for path, one in built.resources("aws_iam_role_policy_attachment").items():
        attached.setdefault(path.rpartition("/")[0], set()).add(one["policy_arn"].rpartition("/")[2])
    assert attached == {
        "backups/role": {"AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForS3Backup"},
        "backups/restore-role": {
            "AWSBackupServiceRolePolicyForRestores",
            "AWSBackupServiceRolePolicyForS3Restore",
        },
        "small/role": {"AWSBackupServiceRolePolicyForBackup"},
        "small/restore-role": {"AWSBackupServiceRolePolicyForRestores"},
    }
    roles = built.resources("aws_iam_role")
    for role in roles.values():
        (trust,) = json.loads(role["assume_role_policy"])["Statement"]
        assert trust["Principal"] == {"Service": "backup.amazonaws.com"}
    assert len({role["name"] for role in roles.values()}) == len(roles)
    selection = built.one("aws_backup_selection", "backups/daily-selection")
    assert "_role_" in selection["iam_role_arn"]
    assert "restore-role" not in selection["iam_role_arn"]
    assert len(selection["depends_on"]) == len(attached["backups/role"])


def test_restores_are_tested_with_the_newest_backup_of_each_kind(built: Built) -> None:
    (plan,) = built.resources("aws_backup_restore_testing_plan").values()
    assert plan["name"] == "shop_test_backups"
    (points,) = plan["recovery_point_selection"]
    assert points["algorithm"] == "LATEST_WITHIN_WINDOW"
    assert [one.startswith("${aws_backup_vault.backups_vault_") for one in points["include_vaults"]] == [True]
    selections = built.resources("aws_backup_restore_testing_selection")
    assert {one["protected_resource_type"] for one in selections.values()} == {"RDS", "EFS"}
    overrides = selections["backups/restore-tests/rds"]["restore_metadata_overrides"]
    group = built.name("aws_security_group", "backups/restore-tests/isolation/Default")
    assert overrides == {
        **METADATA["RDS"],
        "dbSubnetGroupName": "private",
        "vpcSecurityGroupIds": f'["${{aws_security_group.{group}.id}}"]',
        "multiAz": "false",
        "publiclyAccessible": "false",
    }
    assert "restore_metadata_overrides" not in selections["backups/restore-tests/efs"]
    assert all("restore-role" in one["iam_role_arn"] for one in selections.values())


def test_nothing_reaches_what_is_restored(built: Built) -> None:
    (group,) = built.resources("aws_security_group").values()
    assert {"ingress", "egress"}.isdisjoint(group)
    assert not [kind for kind in built.json["resource"] if kind.startswith("aws_vpc_security_group")]


def test_what_was_restored_is_looked_at_and_what_is_wrong_is_told(built: Built) -> None:
    (rule,) = built.resources("aws_cloudwatch_event_rule").values()
    detail = json.loads(rule["event_pattern"])["detail"]
    assert (detail["status"], detail["resourceType"]) == (["COMPLETED"], ["RDS", "EFS"])
    assert detail["restoreTestingPlanArn"][0].startswith("${aws_backup_restore_testing_plan.")
    (function,) = built.resources("aws_cloudformation_stack").values()
    resources = json.loads(function["template_body"])["Resources"]
    policy = resources["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    allowed = {
        action
        for one in policy
        for action in (one["Action"] if isinstance(one["Action"], list) else [one["Action"]])
    }
    assert "backup:PutRestoreValidationResult" in allowed
    assert {one for one in allowed if one.startswith("rds:")} == {"rds:DescribeDBInstances"}
    assert "SECURITY_GROUP" in resources["Function"]["Properties"]["Environment"]["Variables"]
    assert "restore-invalid" in {one.key for one in built.whole.monitored.alarms}
    assert "restore-invalid" not in {one.key for one in built.small.monitored.alarms}


def test_failed_jobs_are_told_with_the_field_that_each_kind_has(built: Built) -> None:
    events = {one.key: one.pattern for one in built.whole.monitored.events}
    assert {key: pattern["detail-type"] for key, pattern in events.items()} == {
        "backup-failed": ["Backup Job State Change"],
        "copy-failed": ["Copy Job State Change"],
        "restore-failed": ["Restore Job State Change"],
    }
    for key, field, own in (
        ("backup-failed", "state", "backupVaultArn"),
        ("copy-failed", "state", "sourceBackupVaultArn"),
        ("restore-failed", "status", "iamRoleArn"),
    ):
        assert {"FAILED", "ABORTED"} <= set(events[key]["detail"][field])
        assert len(events[key]["detail"][own]) == 1


def test_a_vault_without_daily_backups_has_no_alarm_that_there_were_none(built: Built) -> None:
    alarm, _ = built.whole.monitored.alarms
    assert (alarm.key, alarm.severity, alarm.missing_data) == ("nothing-backed-up", "critical", "breaching")
    assert (alarm.comparison, alarm.threshold, alarm.periods * alarm.series.period) == ("<", 1, 2 * 86_400)
    assert {one.message for one in built.whole.monitored.events} == {"$.detail.statusMessage"}
    assert built.small.monitored.alarms == ()
    assert [built_widget.alarms for built_widget in built.small.monitored.widgets] == [()]


def test_a_lock_for_ever_is_made_where_it_is_asked_for(synthesize_module: Callable[..., Json]) -> None:
    lock = VaultLock(mode="compliance", can_never_be_undone=True, changeable_for_days=5)

    def build(stack: Any, context: Any) -> None:
        from modules.resilience.backup.backup import Backups

        Backups(stack, "backups", context=tagged(context), settings=BackupSettings(lock=lock))

    (made,) = synthesize_module(build)["resource"]["aws_backup_vault_lock_configuration"].values()
    assert made["changeable_for_days"] == 5


@pytest.mark.parametrize(
    ("settings", "tags", "metadata", "said"),
    [
        (
            replace(SETTINGS, copy_region=REGION),
            TAGS,
            {},
            f"copy_region of backups: got {REGION}; allowed: another region",
        ),
        (
            SMALL,
            {"Service": "platform"},
            {},
            "scope_tags of backups: got tags Service; allowed: Application, Environment, Project: one",
        ),
        (
            SETTINGS,
            TAGS,
            {"S3": {"bucket": "b"}},
            "restore_metadata of backups: got S3; allowed: kinds that are tested: RDS, EFS",
        ),
    ],
)
def test_what_only_the_stack_shows_is_refused_by_name(
    synthesize_module: Callable[..., Json], settings: Any, tags: Any, metadata: Any, said: str
) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.resilience.backup.backup import Backups

        Backups(stack, "backups", context=tagged(context, tags), settings=settings, restore_metadata=metadata)

    with pytest.raises(ProblemsError) as raised:
        synthesize_module(build)
    assert said in str(raised.value)
