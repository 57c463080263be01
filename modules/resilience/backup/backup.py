"""Backups of an environment by AWS Backup."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.backup_plan import (
    BackupPlan,
    BackupPlanRule,
    BackupPlanRuleCopyAction,
    BackupPlanRuleCopyActionLifecycle,
    BackupPlanRuleLifecycle,
)
from cdktf_cdktf_provider_aws.backup_selection import (
    BackupSelection,
    BackupSelectionCondition,
    BackupSelectionConditionStringEquals,
)
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...monitoring.monitored import Monitored
from ...naming import Limit
from .alarms import backups
from .isolation import RestoreNetwork
from .restore_testing import RestoreTests
from .role import BACKING_UP, BACKING_UP_BUCKETS, RESTORING, RESTORING_BUCKETS, BackupRole
from .settings import BackupRule, BackupSettings, ResourceType
from .vault import Vault

TAG = "BackupPolicy"


class Backups(Construct):
    """Backups of everything in the environment whose tag BackupPolicy has a plan.

    Creates: a vault with its key and lock, and another in the second region; a plan and a selection for each
    value of the tag; the role that backs up and the one that restores; if set, restore tests.

    `restore_metadata` is for restore tests: kind → what a restore needs to know, such as
    `{"RDS": {"dbParameterGroupName": …}}`; databases are restored into `restore_network`, if there is one.
    Raises ProblemsError when the second region is the stack's own, when none of `scope_tags` is a tag of the
    stack, and for metadata of a kind that is not tested.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: BackupSettings,
        name: str = "backups",
        restore_metadata: Mapping[ResourceType, Mapping[str, str]] | None = None,
        restore_network: RestoreNetwork | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context, self._name = context, name
        self._check(restore_metadata or {})
        self.vault = self._create_vault("vault", context.region)
        self.copies = self._create_vault("copies", settings.copy_region) if settings.copy_region else None
        more = settings.buckets
        self._role = BackupRole(
            self,
            "role",
            context=context,
            name=name,
            policies=BACKING_UP | (BACKING_UP_BUCKETS if more else {}),
        )
        self.restore_role = BackupRole(
            self,
            "restore-role",
            context=context,
            name=f"{name}-restore",
            policies=RESTORING | (RESTORING_BUCKETS if more else {}),
        )
        for value, rules in settings.plans.items():
            self._create_plan(value, rules)
        self._restore_tests = None
        if settings.restore_testing:
            self._restore_tests = RestoreTests(
                self,
                "restore-tests",
                context=context,
                name=name,
                vault=self.vault,
                role=self.restore_role,
                settings=settings.restore_testing,
                metadata=restore_metadata or {},
                network=restore_network,
            )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets, alarms and events."""
        rules = [rule for plan in self.settings.plans.values() for rule in plan]
        return backups(
            key=self._name,
            vault_name=self.vault.name,
            vault_arn=self.vault.arn,
            restore_role_arn=self.restore_role.arn,
            daily=any(rule.is_daily for rule in rules),
            validation=self._restore_tests.function_name if self._restore_tests else None,
        )

    def _check(self, metadata: Mapping[ResourceType, Mapping[str, str]]) -> None:
        settings, context = self.settings, self._context
        if settings.copy_region == context.region:
            why = refusal(got=context.region, allowed="another region than the stack's", fix="choose one")
            raise ProblemsError.one(f"copy_region of {self._name}", why)
        if not self._scope():
            why = refusal(
                got=f"tags {', '.join(context.tags.values)}",
                allowed=f"{', '.join(settings.scope_tags)}: one or more",
                fix="set scope_tags to tags that tell this environment's resources from others",
            )
            raise ProblemsError.one(f"scope_tags of {self._name}", why)
        tested = settings.restore_testing.resource_types if settings.restore_testing else ()
        if wrong := [kind for kind in metadata if kind not in tested]:
            allowed = f"kinds that are tested: {', '.join(tested) or 'none'}"
            why = refusal(got=", ".join(wrong), allowed=allowed, fix="add them to restore_testing")
            raise ProblemsError.one(f"restore_metadata of {self._name}", why)

    def _scope(self) -> dict[str, str]:
        tags = self._context.tags.values
        return {key: tags[key] for key in self.settings.scope_tags if key in tags}

    def _create_vault(self, id: str, region: str) -> Vault:
        return Vault(
            self,
            id,
            context=self._context,
            name=self._name,
            region=region,
            protected=self.settings.protected,
            lock=self.settings.lock,
        )

    def _create_plan(self, value: str, rules: tuple[BackupRule, ...]) -> None:
        plan = BackupPlan(
            self,
            f"{value}-plan",
            name=self._context.naming.of(Limit.BACKUP_PLAN, self._name, value),
            rule=[self._rule(rule) for rule in rules],
        )
        # All of these, where `selection_tag` would be any of them.
        tags = {TAG: value, **self._scope()}
        BackupSelection(
            self,
            f"{value}-selection",
            name=self._context.naming.of(Limit.BACKUP_PLAN, self._name, value),
            plan_id=plan.id,
            iam_role_arn=self._role.arn,
            resources=["*"],
            condition=[
                BackupSelectionCondition(
                    string_equals=[
                        BackupSelectionConditionStringEquals(key=f"aws:ResourceTag/{key}", value=one)
                        for key, one in tags.items()
                    ]
                )
            ],
            depends_on=self._role.attachments,
        )

    def _rule(self, rule: BackupRule) -> BackupPlanRule:
        copy = None
        if self.copies and rule.copy_days:
            kept = BackupPlanRuleCopyActionLifecycle(delete_after=rule.copy_days)
            copy = BackupPlanRuleCopyAction(destination_vault_arn=self.copies.arn, lifecycle=kept)
        return BackupPlanRule(
            rule_name=rule.name,
            target_vault_name=self.vault.name,
            schedule=rule.schedule,
            start_window=rule.start_window_minutes,
            completion_window=rule.completion_window_minutes,
            lifecycle=BackupPlanRuleLifecycle(
                delete_after=rule.keep_days, cold_storage_after=rule.cold_after_days
            ),
            copy_action=[copy] if copy else None,
        )
