"""Failover of a load balancer's hosts to that of another stack."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleCondition,
    LbListenerRuleConditionHostHeader,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct

from ...context import Context
from ...dns.health_check import Failover, HealthCheck
from ...errors import ProblemsError, refusal
from .listener_priorities import LAST_PRIORITY
from .listener_rules import forward
from .settings import FailoverSettings


class LoadBalancerFailover(Construct):
    """The health check of a load balancer, and the rule by which a target answers it.

    Creates: the health check, by the load balancer's own name, which leads to it wherever users are led; by
    `check`, the listener rule of that name.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, domain: str, settings: FailoverSettings
    ) -> None:
        super().__init__(scope, id)
        self._context, self._domain, self._settings = context, domain, settings
        name = f"{context.naming.base} {scope.node.id}"
        self._check = HealthCheck(
            self, "Default", context=context, name=name, domain=domain, settings=settings.check
        )

    @property
    def record(self) -> Failover:
        """What the records of its hosts have of it."""
        return Failover(role=self._settings.role, health_check_id=self._check.id)

    @property
    def alarmed_id(self) -> str | None:
        """The health check that should be healthy: a recovery's is not while it stands by."""
        return self._check.id if self._settings.role == "PRIMARY" else None

    def check(self, name: str, *, listener_arn: str, groups: list[str]) -> None:
        """Let a target answer the health check, if it is the one of the settings.

        Raises ProblemsError for one of blue/green deployments, of whose two groups only its own rule knows
        which one serves.
        """
        if name != self._settings.target:
            return
        if len(groups) > 1:
            why = refusal(
                got="a target of blue/green deployments",
                allowed="one with a single group",
                fix="name another",
            )
            raise ProblemsError.one(f"failover target {name}", why)
        # No host of a client: the load balancer's own name, with the path of the check alone.
        host = LbListenerRuleConditionHostHeader(values=[self._domain])
        path = LbListenerRuleConditionPathPattern(values=[self._settings.check.path])
        LbListenerRule(
            self,
            "rule",
            listener_arn=listener_arn,
            priority=LAST_PRIORITY,
            condition=[
                LbListenerRuleCondition(host_header=host),
                LbListenerRuleCondition(path_pattern=path),
            ],
            action=forward(groups, None),
            tags=self._context.tags.override(Service=name),
        )
