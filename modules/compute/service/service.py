"""An ECS service with its task definition, roles, scaling and alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable, TerraformResource, TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecs_service import (
    EcsService,
    EcsServiceAlarms,
    EcsServiceDeploymentCircuitBreaker,
    EcsServiceDeploymentController,
    EcsServiceNetworkConfiguration,
    EcsServiceServiceRegistries,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...edge.load_balancer.target import Target
from ...errors import ProblemsError
from ...iam.client_access import ClientAccess
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...networking.network import Network
from ...networking.reach import reach_problems
from ...networking.subnet_plan import Tier
from ...pause.variable import address
from ...storage.file_system.file_system import FileSystem
from ..cluster.cluster import Cluster
from ..repository.image import Image
from .access import merged_access, service_problems
from .alarms import service as monitored
from .deployment_alarms import DeploymentAlarms
from .discovery import ServiceDiscovery
from .infrastructure_role import InfrastructureRole, deployment_configuration, load_balancer_configuration
from .roles import TaskRoles
from .scaling import Scaling
from .scaling_metrics import ScalingMetric
from .settings import ServiceSettings
from .task_definition import TaskDefinition


class Service(Construct):
    """An ECS service on a cluster.

    Creates: the log group; the execution role and the task role; the task definition; the ECS service, after
    the target's listener rule and the services of `after`; and as set, its name in `discovery`, target
    tracking, the alarms that roll back its deployments. `access` is the client access of its dependencies
    (`sidecar_access` that of a sidecar), `volumes` is path → file system, `scaling_metrics` is name → what
    scales it beside the targets of its settings. Raises ProblemsError for variables that two dependencies
    set, for access to what no declared connection leads to, and for a target on a port that the service
    doesn't listen on.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        cluster: Cluster,
        security_groups: Sequence[SecurityGroup],
        image: Image,
        settings: ServiceSettings,
        access: Sequence[ClientAccess] = (),
        sidecar_access: Mapping[str, Sequence[ClientAccess]] | None = None,
        target: Target | None = None,
        discovery: ServiceDiscovery | None = None,
        volumes: Mapping[str, FileSystem] | None = None,
        scaling_metrics: Mapping[str, ScalingMetric] | None = None,
        after: Sequence[Service] = (),
    ) -> None:
        super().__init__(scope, id)
        given = {settings.name: access, **(sidecar_access or {})}
        servers = [one.server for each in given.values() for one in each]
        servers += [volume.server for volume in (volumes or {}).values()]
        problems = [*service_problems(settings, target, given, scaling_metrics or {})]
        if problems := [*problems, *reach_problems(f"{settings.name}.access", security_groups, servers)]:
            raise ProblemsError(problems)
        self.settings, self.target = settings, target
        self.image = image
        if settings.required_provider:
            context.account.require_provider(settings.required_provider, where=settings.name)
        if settings.migration:
            # A local value is in no plan and no state: it tells the command alone.
            where = f"locals.migrations.{settings.name}"
            TerraformStack.of(self).add_override(where, settings.migration.described())
        self._context, self._cluster, self._network = context, cluster, network
        self._tags = context.tags.override(**{"Service": settings.name, **settings.tags})
        self._volumes, self._scaling_metrics = volumes or {}, scaling_metrics or {}
        self._log_group = self._create_log_group()
        self.roles = self._create_roles(image, [one for each in given.values() for one in each])
        self.task_definition = TaskDefinition(
            self,
            "task",
            context=context,
            settings=settings,
            image=image,
            roles=self.roles,
            log_group=self._log_group,
            access={container: merged_access(each) for container, each in given.items()},
            volumes=self._volumes,
            tags=self._tags,
        )
        self._infrastructure_role = (
            InfrastructureRole(self, "shift", context=context, service=settings.name, tags=self._tags)
            if settings.deployment.strategy == "BLUE_GREEN"
            else None
        )
        self._service = self._create_service(security_groups, discovery, after)
        self.applied: list[TerraformResource] = [self._service]
        if settings.scaling:
            scaling = Scaling(
                self,
                "scaling",
                context=context,
                cluster_name=cluster.name,
                service=settings.name,
                service_name=str(self._service.name),
                target=target,
                settings=settings.scaling,
                metrics=self._scaling_metrics,
                tags=self._tags,
            )
            self.applied.append(scaling.target)

    def apply_after(self, *others: TerraformResource) -> None:
        """Change the service, and so its tasks, only when `others` have been changed."""
        self._service.depends_on = [*(self._service.depends_on or ()), *map(address, others)]

    @property
    def name(self) -> str:
        """The name of the ECS service."""
        return self.name_of(self._context, self.settings.name)

    @staticmethod
    def name_of(context: Context, service: str) -> str:
        """The name of the ECS service of a name in the settings, also before it is created."""
        return context.naming.of(Limit.SERVICE, service, "service")

    @property
    def arn(self) -> str:
        """The service's ARN."""
        return str(self._service.id)

    @property
    def log_group_name(self) -> str:
        """The log group of its containers."""
        return str(self._log_group.name)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        settings, target = self.settings, self.target
        groups = [target.target_group_arn_suffix, target.alternate_target_group_arn_suffix] if target else []
        return monitored(
            key=settings.name,
            cluster_name=self._cluster.name,
            service_name=str(self._service.name),
            # Without scaling, `count` tasks should run.
            minimum=settings.scaling.lowest if settings.scaling else settings.count,
            scales=settings.scaling is not None,
            load_balancer=target.load_balancer_arn_suffix if target else "",
            target_groups=[group for group in groups if group],
            scaling_metrics=self._scaling_metrics,
        )

    def _create_log_group(self) -> CloudwatchLogGroup:
        return CloudwatchLogGroup(
            self,
            "log-group",
            name=self._context.naming.path(Limit.LOG_GROUP, "/ecs", self.settings.name),
            retention_in_days=self.settings.log_retention_days,
            # A service may log what tells about people.
            kms_key_id=self._cluster.key_arn,
            tags=self._tags,
        )

    def _create_roles(self, image: Image, access: Sequence[ClientAccess]) -> TaskRoles:
        exec_statements = self._cluster.exec_statements if self.settings.exec_enabled else ()
        mounting = [statement for one in self._volumes.values() for statement in one.statements]
        return TaskRoles(
            self,
            "roles",
            context=self._context,
            service=self.settings.name,
            image=image,
            log_group=self._log_group,
            execution_statements=[found for one in access for found in one.execution_statements],
            task_statements=[
                *(found for one in access for found in one.statements),
                *mounting,
                *exec_statements,
                *(self._cluster.protection_statements if self.settings.task_protection else ()),
            ],
            tags=self._tags,
        )

    def _create_service(
        self,
        security_groups: Sequence[SecurityGroup],
        discovery: ServiceDiscovery | None,
        after: Sequence[Service],
    ) -> EcsService:
        settings = self.settings
        registry = discovery.register(self, settings.name, self._tags) if discovery else None
        deployment = settings.deployment
        tier = Tier.PUBLIC if settings.public_ip else Tier.PRIVATE
        load_balancer = load_balancer_configuration(settings.name, self.target, self._infrastructure_role)
        alarm_names = self._alarm_names()
        return EcsService(
            self,
            "Default",
            name=self.name,
            cluster=self._cluster.arn,
            task_definition=self.task_definition.arn,
            desired_count=self._context.pause.number(0, settings.count),
            capacity_provider_strategy=self._cluster.strategy(settings.capacity),
            # Without it a new capacity provider strategy would replace the service, which is an outage.
            force_new_deployment=True,
            network_configuration=EcsServiceNetworkConfiguration(
                subnets=self._network.subnet_ids(tier),
                security_groups=[group.id for group in security_groups],
                assign_public_ip=settings.public_ip,
            ),
            deployment_controller=EcsServiceDeploymentController(type="ECS"),
            deployment_minimum_healthy_percent=deployment.minimum_percent,
            deployment_maximum_percent=deployment.maximum_percent,
            deployment_circuit_breaker=EcsServiceDeploymentCircuitBreaker(enable=True, rollback=True),
            deployment_configuration=deployment_configuration(deployment),
            alarms=(
                EcsServiceAlarms(alarm_names=alarm_names, enable=True, rollback=True) if alarm_names else None
            ),
            # Rebalancing starts a task before it stops another, which needs a maximum above 100 %.
            availability_zone_rebalancing="ENABLED" if deployment.maximum_percent > 100 else "DISABLED",
            load_balancer=load_balancer,
            health_check_grace_period_seconds=(
                deployment.health_check_grace_seconds if load_balancer else None
            ),
            service_registries=EcsServiceServiceRegistries(registry_arn=registry) if registry else None,
            enable_execute_command=settings.exec_enabled,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            wait_for_steady_state=deployment.wait_for_steady_state,
            tags=self._tags,
            # Application Auto Scaling sets the count; Terraform would reset it at every apply.
            lifecycle=(
                TerraformResourceLifecycle(ignore_changes=["desired_count"]) if settings.scaling else None
            ),
            depends_on=self._dependencies(after),
        )

    def _alarm_names(self) -> list[str]:
        if (settings := self.settings.deployment.alarms) is None:
            return []
        return DeploymentAlarms(
            self,
            "deployment-alarms",
            context=self._context,
            cluster_name=self._cluster.name,
            service=self.settings.name,
            service_name=self.name,
            target=self.target,
            settings=settings,
            tags=self._tags,
        ).names

    def _dependencies(self, after: Sequence[Service]) -> list[ITerraformDependable]:
        # ECS refuses target groups without a listener rule, and capacity providers that the cluster lacks.
        found: list[ITerraformDependable] = [self._cluster.capacity_providers, *self.roles.policies]
        found += [self.target.listener_rule] if self.target else []
        found += [self._infrastructure_role.policy] if self._infrastructure_role else []
        found += self._network.ways_out
        found += [mount for one in self._volumes.values() for mount in one.mount_targets]
        found += [service._service for service in after]  # noqa: SLF001 - of its own class
        return found
