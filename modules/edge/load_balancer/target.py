"""A target of a load balancer, as a service refers to it."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf import TerraformResource


@dataclass(frozen=True, kw_only=True)
class Target:
    """A target group with its listener rule, for a service.

    A service depends on `listener_rule`: ECS refuses a target group without a load balancer. With an
    alternate group, `listener_rule_arn` is the production listener rule of blue/green deployments.
    """

    name: str
    host: str
    port: int
    target_group_arn: str
    target_group_arn_suffix: str
    load_balancer_arn_suffix: str
    listener_rule: TerraformResource
    listener_rule_arn: str
    alternate_target_group_arn: str | None = None
    alternate_target_group_arn_suffix: str | None = None
