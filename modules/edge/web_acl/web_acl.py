"""An AWS WAF web ACL for a load balancer or a distribution."""

from __future__ import annotations

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.wafv2_ip_set import Wafv2IpSet
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionAllow,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleActionBlockCustomResponse,
    Wafv2WebAclRuleActionCount,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionCount,
    Wafv2WebAclRuleOverrideActionNone,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationLoggingFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...regions import GLOBAL_REGION
from .alarms import MonitoredGroup, web_acl_monitored
from .rule_group import OwnRuleGroup
from .rules import Rule, rules
from .settings import WebAclLogSettings, WebAclSettings, addresses_by_version


class WebAcl(Construct):
    """A web ACL with the default action Allow.

    Creates: an IP set for each list and IP version; the rule groups of `rule_groups` with their pattern sets;
    the web ACL; its log group and logging configuration, if set. With scope CLOUDFRONT all of it is in
    us-east-1. Associate it with a load balancer by `associate`; a distribution takes its `arn`. `log_key`
    encrypts the log group.

    Raises ProblemsError for a `log_key` of another region than the log group's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        settings: WebAclSettings,
        log_key: Key | None = None,
    ) -> None:
        super().__init__(scope, id)
        if log_key and settings.scope == "CLOUDFRONT" and context.region != GLOBAL_REGION:
            why = refusal(
                got=f"a key of {context.region}",
                allowed=f"none: the log group is in {GLOBAL_REGION}",
                fix="drop log_key",
            )
            raise ProblemsError.one(f"log_key of web ACL {name}", why)
        self._id, self._log_key = id, log_key
        self.settings, self._region, self._short_name = settings, context.region, name
        self.name = context.naming.of(Limit.WEB_ACL, name)
        self._provider: TerraformProvider | None = (
            context.global_provider if settings.scope == "CLOUDFRONT" else None
        )
        self._groups = self._create_rule_groups(context)
        made = rules(
            settings, self._create_ip_sets(), {name: group.arn for name, group in self._groups.items()}
        )
        self._web_acl = Wafv2WebAcl(
            self,
            "Default",
            name=self.name,
            scope=settings.scope,
            default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
            rule=[_rule(rule, priority) for priority, rule in enumerate(made)],
            visibility_config=Wafv2WebAclVisibilityConfig(
                cloudwatch_metrics_enabled=True, metric_name=self.name, sampled_requests_enabled=True
            ),
            provider=self._provider,
            # A distribution that uses it no longer is changed before it is deleted.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        if settings.logs:
            self._log(settings.logs)

    @property
    def arn(self) -> str:
        """The ARN of the web ACL."""
        return str(self._web_acl.arn)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        region = self._region if self.settings.scope == "REGIONAL" else None
        return web_acl_monitored(
            key=self._id,
            name=str(self._web_acl.name),
            region=region,
            groups={
                name: MonitoredGroup(group.metric_name, self.settings.rule_groups[name])
                for name, group in self._groups.items()
            },
        )

    def associate(self, id: str, resource_arn: str) -> None:
        """Associate the web ACL with a load balancer."""
        Wafv2WebAclAssociation(self, id, resource_arn=resource_arn, web_acl_arn=self.arn)

    def _create_ip_sets(self) -> dict[str, str]:
        arns: dict[str, str] = {}
        for kind, addresses in (("allowed", self.settings.allowed), ("denied", self.settings.denied)):
            for version, networks in addresses_by_version(addresses).items():
                key = f"{kind}-{version.lower()}"
                arns[key] = Wafv2IpSet(
                    self,
                    key,
                    name=f"{self.name}-{key}",
                    scope=self.settings.scope,
                    ip_address_version=version,
                    addresses=networks,
                    # An IP set that a rule refers to can't be deleted.
                    lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                    provider=self._provider,
                ).arn
        return arns

    def _create_rule_groups(self, context: Context) -> dict[str, OwnRuleGroup]:
        return {
            name: OwnRuleGroup(
                self,
                f"group-{name}",
                context=context,
                name=f"{self._short_name}-{name}",
                scope_of_acl=self.settings.scope,
                settings=group,
                provider=self._provider,
            )
            for name, group in self.settings.rule_groups.items()
        }

    def _log(self, settings: WebAclLogSettings) -> None:
        # WAF requires this prefix of log group names, and adds the resource policy for writing itself.
        group = CloudwatchLogGroup(
            self,
            "log-group",
            name=f"aws-waf-logs-{self.name}",
            retention_in_days=settings.retention_days,
            kms_key_id=self._log_key.arn if self._log_key else None,
            provider=self._provider,
        )
        Wafv2WebAclLoggingConfiguration(
            self,
            "logging",
            resource_arn=self.arn,
            log_destination_configs=[group.arn],
            redacted_fields=[_redacted(header) for header in settings.redacted_headers],
            logging_filter=_logging_filter() if settings.only_blocked_or_counted else None,
            provider=self._provider,
        )


def _rule(rule: Rule, priority: int) -> Wafv2WebAclRule:
    return Wafv2WebAclRule(
        name=rule.name,
        priority=priority,
        statement=rule.statement,
        action=None if rule.group else _action(rule),
        override_action=_override(rule.action) if rule.group else None,
        visibility_config=Wafv2WebAclRuleVisibilityConfig(
            cloudwatch_metrics_enabled=True, metric_name=rule.name, sampled_requests_enabled=True
        ),
    )


def _action(rule: Rule) -> Wafv2WebAclRuleAction:
    match rule.action:
        case "allow":
            return Wafv2WebAclRuleAction(allow=Wafv2WebAclRuleActionAllow())
        case "block":
            response = (
                Wafv2WebAclRuleActionBlockCustomResponse(response_code=rule.status) if rule.status else None
            )
            return Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock(custom_response=response))
        case _:
            return Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount())


def _override(action: str) -> Wafv2WebAclRuleOverrideAction:
    if action == "count":
        return Wafv2WebAclRuleOverrideAction(count=Wafv2WebAclRuleOverrideActionCount())
    return Wafv2WebAclRuleOverrideAction(none=Wafv2WebAclRuleOverrideActionNone())


def _redacted(header: str) -> Wafv2WebAclLoggingConfigurationRedactedFields:
    name = Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(name=header.lower())
    return Wafv2WebAclLoggingConfigurationRedactedFields(single_header=name)


def _logging_filter() -> Wafv2WebAclLoggingConfigurationLoggingFilter:
    conditions = [
        Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition(
            action_condition=Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition(
                action=action
            )
        )
        for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
    ]
    kept = Wafv2WebAclLoggingConfigurationLoggingFilterFilter(
        behavior="KEEP", requirement="MEETS_ANY", condition=conditions
    )
    return Wafv2WebAclLoggingConfigurationLoggingFilter(default_behavior="DROP", filter=[kept])
