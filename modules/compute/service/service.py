"""A service: tasks that are kept running, replaced, found, scaled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecs_service import EcsService
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...edge.load_balancer.target import Target
from ...errors import ProblemsError
from ...iam.client_access import ClientAccess
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...networking.network import Network
from ...networking.subnet_plan import Tier
from ...storage.file_system.file_system import FileSystem
from ..cluster.cluster import Cluster
from ..repository.image import Image
from .access import merged_access, service_problems
from .deployment_alarms import DeploymentAlarms
from .discovery import ServiceDiscovery
from .ecs_service import create_ecs_service
from .infrastructure_role import InfrastructureRole, load_balancer
from .monitored import monitored_service
from .roles import TaskRoles
from .scaling import Scaling
from .settings import ServiceSettings
from .task_definition import TaskDefinition


class Service(Construct):
    """One container service on a cluster.

    Creates: its log group; its execution and task role; its task definition; the ECS service, which starts
    only after the target's listener rule and after the services of `after` exist; and as set, its name in
    `discovery`, its scaling, the alarms that roll its deployments back. `access` is what its targets give it
    (by `sidecar_access` a sidecar), `volumes` is path → file system. Raises ProblemsError for variables that
    two targets set, and for a target on a port it doesn't listen on.
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
        after: Sequence[Service] = (),
    ) -> None:
        super().__init__(scope, id)
        given = {settings.name: access, **(sidecar_access or {})}
        if problems := [*service_problems(settings, target, given)]:
            raise ProblemsError(problems)
        self.settings, self.target = settings, target
        if settings.required_provider_version:
            context.account.require_provider(settings.required_provider_version)
        self._context, self._cluster, self._network = context, cluster, network
        self._tags = context.tags.override(**{"Service": settings.name, **settings.tags})
        self._volumes = volumes or {}
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
        self._shift = (
            InfrastructureRole(self, "shift", context=context, service=settings.name, tags=self._tags)
            if settings.deployment.strategy == "BLUE_GREEN"
            else None
        )
        self._service = self._create_service(security_groups, discovery, after)
        if settings.scaling:
            Scaling(
                self,
                "scaling",
                cluster_name=cluster.name,
                service_name=str(self._service.name),
                settings=settings.scaling,
                tags=self._tags,
            )

    @property
    def name(self) -> str:
        """The service's name in the cluster."""
        return self._context.naming.of(Limit.SERVICE, self.settings.name, "service")

    @property
    def arn(self) -> str:
        """The service's ARN."""
        return str(self._service.id)

    @property
    def log_group_name(self) -> str:
        """Where its containers log."""
        return str(self._log_group.name)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        name = str(self._service.name)
        cluster = self._cluster.name
        return monitored_service(self.settings, cluster_name=cluster, service_name=name, target=self.target)

    def _create_log_group(self) -> CloudwatchLogGroup:
        return CloudwatchLogGroup(
            self,
            "log-group",
            name=self._context.naming.path(Limit.LOG_GROUP, "/ecs", self.settings.name),
            retention_in_days=self.settings.log_retention_days,
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
        return create_ecs_service(
            self,
            name=self.name,
            cluster=self._cluster,
            task_definition_arn=self.task_definition.arn,
            subnet_ids=self._network.subnet_ids(Tier.PUBLIC if settings.public_ip else Tier.PRIVATE),
            security_groups=security_groups,
            settings=settings,
            load_balancer=load_balancer(settings.name, self.target, self._shift),
            alarm_names=self._alarm_names(),
            registry_arn=registry,
            depends_on=self._dependencies(after),
            tags=self._tags,
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
        # ECS refuses a target group no listener rule leads to, and a provider the cluster doesn't have.
        found: list[ITerraformDependable] = [self._cluster.capacity_providers, *self.roles.policies]
        found += [self.target.listener_rule] if self.target else []
        found += [self._shift.policy] if self._shift else []
        found += [mount for one in self._volumes.values() for mount in one.mount_targets]
        found += [service._service for service in after]  # noqa: SLF001 - of its own class
        return found
