"""The load balancer and deployment configuration of an ECS service, with the role that blue/green needs."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.ecs_service import (
    EcsServiceDeploymentConfiguration,
    EcsServiceLoadBalancer,
    EcsServiceLoadBalancerAdvancedConfiguration,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from ...context import Context
from ...edge.load_balancer.target import Target
from ...iam.policy import Statement, policy_document
from ...naming import Limit
from .settings import DeploymentSettings


class InfrastructureRole(Construct):
    """The infrastructure role, with which ECS changes a listener rule's weights in a blue/green deployment.

    Creates: the role, which ECS assumes, with the AWS managed policy for it.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, service: str, tags: dict[str, str]
    ) -> None:
        super().__init__(scope, id)
        # ECS developer guide, "Amazon ECS infrastructure IAM role for load balancers".
        trust = Statement(
            actions=["sts:AssumeRole"],
            services=["ecs.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceAccount": context.account.id}},
        )
        role = IamRole(
            self,
            "role",
            name=context.naming.of(Limit.IAM_ROLE, service, "shift", "role"),
            permissions_boundary=context.boundary_arn,
            assume_role_policy=policy_document(trust),
            tags=tags,
        )
        self.role_arn = str(role.arn)
        policy = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
        # The service depends on it, when it is created and when it is destroyed.
        self.policy = IamRolePolicyAttachment(
            self,
            "policy",
            role=role.name,
            policy_arn=f"arn:{context.account.partition}:iam::aws:policy/{policy}",
        )


def load_balancer_configuration(
    service: str, target: Target | None, shift: InfrastructureRole | None
) -> list[EcsServiceLoadBalancer] | None:
    """Registration of the service's container in the target group; in both groups for blue/green."""
    if target is None:
        return None
    advanced = shift and EcsServiceLoadBalancerAdvancedConfiguration(
        alternate_target_group_arn=str(target.alternate_target_group_arn),
        production_listener_rule=target.listener_rule_arn,
        role_arn=shift.role_arn,
    )
    return [
        EcsServiceLoadBalancer(
            target_group_arn=target.target_group_arn,
            container_name=service,
            container_port=target.port,
            advanced_configuration=advanced,
        )
    ]


def deployment_configuration(deployment: DeploymentSettings) -> EcsServiceDeploymentConfiguration | None:
    """ECS's blue/green deployment (AWS provider 6.4 or newer); None for a rolling deployment."""
    if deployment.strategy == "ROLLING":
        return None
    return EcsServiceDeploymentConfiguration(
        strategy=deployment.strategy, bake_time_in_minutes=str(deployment.bake_minutes)
    )
