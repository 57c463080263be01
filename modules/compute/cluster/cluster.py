"""An ECS cluster on Fargate, with Container Insights and logged ECS Exec sessions."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecs_cluster import (
    EcsCluster,
    EcsClusterConfiguration,
    EcsClusterConfigurationExecuteCommandConfiguration,
    EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration,
    EcsClusterSetting,
)
from cdktf_cdktf_provider_aws.ecs_cluster_capacity_providers import (
    EcsClusterCapacityProviders,
    EcsClusterCapacityProvidersDefaultCapacityProviderStrategy,
)
from cdktf_cdktf_provider_aws.ecs_service import EcsServiceCapacityProviderStrategy
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...kms.key import Key
from ...naming import Limit
from .settings import Capacity, ClusterSettings

# Weights of the capacity providers. ECS doesn't move tasks from one to the other: while Spot capacity is
# short, only the on-demand share runs.
STRATEGIES: dict[Capacity, dict[str, int]] = {
    Capacity.ON_DEMAND: {"FARGATE": 1},
    Capacity.SPOT_FIRST: {"FARGATE_SPOT": 4, "FARGATE": 1},
}


class Cluster(Construct):
    """An ECS cluster with the capacity providers FARGATE and FARGATE_SPOT.

    Creates: the cluster with Container Insights; its capacity providers; the log group of ECS Exec sessions.
    `key` encrypts the sessions and their logs, and the logs of services (it needs the service `logs`).
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, key: Key, settings: ClusterSettings
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self.name = context.naming.base
        self._key, self._account = key, context.account
        self._exec_log = CloudwatchLogGroup(
            self,
            "exec-log",
            name=context.naming.path(Limit.LOG_GROUP, "/ecs-exec"),
            retention_in_days=settings.exec_log_retention_days,
            kms_key_id=key.arn,
        )
        self._cluster = EcsCluster(
            self,
            "Default",
            name=self.name,
            setting=[EcsClusterSetting(name="containerInsights", value=settings.container_insights)],
            configuration=EcsClusterConfiguration(
                execute_command_configuration=EcsClusterConfigurationExecuteCommandConfiguration(
                    kms_key_id=key.arn,
                    logging="OVERRIDE",
                    log_configuration=EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration(
                        cloud_watch_encryption_enabled=True,
                        cloud_watch_log_group_name=self._exec_log.name,
                    ),
                )
            ),
        )
        self.capacity_providers = EcsClusterCapacityProviders(
            self,
            "capacity",
            cluster_name=self._cluster.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            # For standalone tasks, such as migrations; services name theirs.
            default_capacity_provider_strategy=[
                EcsClusterCapacityProvidersDefaultCapacityProviderStrategy(
                    capacity_provider=provider, weight=weight
                )
                for provider, weight in STRATEGIES[settings.capacity].items()
            ],
        )

    @property
    def arn(self) -> str:
        """The cluster's ARN."""
        return str(self._cluster.arn)

    @property
    def key_arn(self) -> str:
        """The ARN of the key that encrypts the logs of its services."""
        return self._key.arn

    def strategy(self, capacity: Capacity | None) -> list[EcsServiceCapacityProviderStrategy]:
        """The capacity provider strategy of a service: its own capacity, else the cluster's."""
        return [
            EcsServiceCapacityProviderStrategy(capacity_provider=provider, weight=weight)
            for provider, weight in STRATEGIES[capacity or self.settings.capacity].items()
        ]

    @property
    def protection_statements(self) -> tuple[Statement, ...]:
        """Permissions of a task role to protect its tasks from being stopped."""
        # ECS developer guide, "Protect your Amazon ECS tasks from being terminated by scale-in events".
        return (
            Statement(
                actions=["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"],
                resources=[self._account.arn("ecs", f"task/{self.name}/*")],
            ),
        )

    @property
    def exec_statements(self) -> tuple[Statement, ...]:
        """Permissions of a task role for logged ECS Exec sessions."""
        # ECS developer guide, "Monitor Amazon ECS containers with ECS Exec", IAM permissions and logging.
        channels = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
        return (
            Statement(
                actions=[f"ssmmessages:{channel}" for channel in channels],
                resources=["*"],
                wildcard_reason="Session Manager's channels take no resource",
            ),
            Statement(
                actions=["logs:DescribeLogGroups"],
                resources=["*"],
                wildcard_reason="the agent lists log groups, which takes no resource",
            ),
            Statement(
                actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                resources=[f"{self._exec_log.arn}:*"],
            ),
            Statement(actions=["kms:Decrypt"], resources=[self._key.arn]),
        )
