"""The parts of an account's stacks: those of a region, and those of the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cdktf import ITerraformDependable
from constructs import Construct

from modules.compute.repository.replication import ImageReplication
from modules.context import Context
from modules.cost.allocation_tags import AllocationTags
from modules.cost.anomalies import CostAnomalies
from modules.cost.budget import Budget
from modules.cost.topic import CostTopic
from modules.cost.unused import UnusedResources
from modules.governance.defaults.account_defaults import AccountDefaults, RegionDefaults
from modules.governance.defaults.service_linked_roles import ServiceLinkedRoles
from modules.governance.detection.access_analyzer import AccessAnalyzer
from modules.governance.detection.finding_events import events_of_findings
from modules.governance.detection.findings import Findings
from modules.governance.detection.guard_duty import GuardDuty
from modules.governance.detection.security_hub import SecurityHub
from modules.governance.recording.config import Config
from modules.governance.recording.trail import Trail
from modules.monitoring.monitored import Monitored, Watchable
from stacks.account.settings import AccountSettings


def create_region(
    scope: Construct, context: Context, settings: AccountSettings, *, with_global: bool
) -> CostTopic | None:
    """Create what the account has in each region; the topic of costs there.

    `with_global`: in one region of the account, what IAM has is recorded and looked at too.
    """
    recorded: list[ITerraformDependable] = []
    if settings.config:
        config = Config(scope, "config", context=context, settings=settings.config, with_global=with_global)
        recorded.append(config.status)
    if settings.guard_duty:
        GuardDuty(scope, "guard-duty", context=context, settings=settings.guard_duty)
    if settings.security_hub:
        SecurityHub(scope, "security-hub", context=context, settings=settings.security_hub, after=recorded)
    if settings.access_analyzer:
        AccessAnalyzer(
            scope,
            "access-analyzer",
            context=context,
            settings=settings.access_analyzer,
            with_global=with_global,
        )
    if settings.region_defaults:
        RegionDefaults(scope, "region-defaults", settings=settings.region_defaults)
    if replication := settings.replication.get(context.region):
        ImageReplication(scope, "replication", context=context, settings=replication)
    return _create_told(scope, context, settings)


def _create_told(scope: Construct, context: Context, settings: AccountSettings) -> CostTopic | None:
    """Create who is told, and the report that tells of what is unused."""
    told = settings.findings.warning or settings.findings.critical if settings.findings else None
    topic = CostTopic(scope, "costs", context=context, settings=told) if told else None
    watch: list[Watchable | Monitored] = []
    if settings.unused_resources:
        watch.append(
            UnusedResources(scope, "unused", context=context, settings=settings.unused_resources, topic=topic)
        )
    if settings.findings:
        events = events_of_findings(
            guard_duty=settings.guard_duty is not None,
            security_hub=settings.security_hub is not None,
            access_analyzer=settings.access_analyzer is not None,
        )
        Findings(scope, "findings", context=context, watch=[events, *watch], settings=settings.findings)
    return topic


def create_account(
    scope: Construct,
    context: Context,
    settings: AccountSettings,
    *,
    buckets: Sequence[str],
    topic: CostTopic | None,
) -> None:
    """Create what the account has once; the trail records reads and writes of the states' `buckets`."""
    if settings.trail:
        both = dict.fromkeys((*settings.trail.buckets, *buckets))
        trail = replace(settings.trail, buckets=tuple(both))
        Trail(scope, "trail", context=context, settings=trail)
    if settings.account_defaults:
        AccountDefaults(scope, "account-defaults", settings=settings.account_defaults)
    if settings.service_linked_roles:
        ServiceLinkedRoles(scope, "service-linked-roles", settings=settings.service_linked_roles)
    if settings.budget:
        Budget(scope, "budget", context=context, settings=settings.budget, topic=topic)
    if settings.anomalies:
        CostAnomalies(scope, "anomalies", context=context, settings=settings.anomalies, topic=topic)
    if settings.allocation_tags:
        AllocationTags(scope, "allocation-tags", settings=settings.allocation_tags)
