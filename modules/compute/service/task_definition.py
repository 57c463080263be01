"""The ECS task definition of a service."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinition,
    EcsTaskDefinitionEphemeralStorage,
    EcsTaskDefinitionRuntimePlatform,
    EcsTaskDefinitionVolume,
    EcsTaskDefinitionVolumeEfsVolumeConfiguration,
    EcsTaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig,
)
from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ...naming import Limit
from ...storage.file_system.file_system import FileSystem
from ..repository.image import Image
from .container_definition import EXEC_PATHS, ContainerContext, container_definitions
from .roles import TaskRoles
from .settings import ServiceSettings


class TaskDefinition(Construct):
    """The task definition family of a service.

    Creates: the task definition. It runs the deployed image (see `Image`) and tracks the latest revision.
    `access` is by container, `volumes` is path → file system, mounted in the main container.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: ServiceSettings,
        image: Image,
        roles: TaskRoles,
        log_group: CloudwatchLogGroup,
        access: Mapping[str, ClientAccess],
        volumes: Mapping[str, FileSystem],
        tags: dict[str, str],
    ) -> None:
        super().__init__(scope, id)
        self._settings, self._context = settings, context
        self._volumes = {_volume_name(path): (path, one) for path, one in volumes.items()}
        storage = settings.ephemeral_storage_gib
        self._definition = EcsTaskDefinition(
            self,
            "Default",
            family=context.naming.of(Limit.TASK_FAMILY, settings.name, "task"),
            cpu=str(settings.cpu),
            memory=str(settings.memory),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform=EcsTaskDefinitionRuntimePlatform(
                cpu_architecture=settings.architecture, operating_system_family="LINUX"
            ),
            execution_role_arn=roles.execution.arn,
            task_role_arn=roles.task.arn,
            ephemeral_storage=EcsTaskDefinitionEphemeralStorage(size_in_gib=storage) if storage else None,
            volume=self._volume_structs(),
            container_definitions=self._containers(image, log_group, access),
            track_latest=True,
            # A rollback needs the earlier revisions, and a deregistered one can't be deployed.
            skip_destroy=True,
            tags=tags,
        )

    @property
    def arn(self) -> str:
        """The ARN of the latest revision."""
        return str(self._definition.arn)

    @property
    def family(self) -> str:
        """The name of the family."""
        return str(self._definition.family)

    def _containers(
        self, image: Image, log_group: CloudwatchLogGroup, access: Mapping[str, ClientAccess]
    ) -> str:
        naming, service = self._context.naming, self._settings.name
        labels = {"environment": naming.environment, "product": naming.product, "service": service}
        found = []
        for name, settings in self._settings.containers.items():
            given = access.get(name, ClientAccess())
            context = ContainerContext(
                name=name,
                image=settings.image or image.reference,
                log_options={
                    "awslogs-group": str(log_group.name),
                    "awslogs-region": self._context.region,
                    "awslogs-stream-prefix": name,
                    # In blocking mode, slow CloudWatch Logs would stop the container.
                    "mode": "non-blocking",
                    "max-buffer-size": "25m",
                },
                labels=labels,
                environment=given.environment,
                secrets=given.secrets,
                volumes={volume: path for volume, (path, _) in self._volumes.items()}
                if name == service
                else {},
                exec_enabled=self._settings.exec_enabled,
            )
            found.append((settings, context))
        return container_definitions(found)

    def _volume_structs(self) -> list[EcsTaskDefinitionVolume]:
        structs = [
            EcsTaskDefinitionVolume(
                name=name,
                efs_volume_configuration=EcsTaskDefinitionVolumeEfsVolumeConfiguration(
                    file_system_id=file_system.id,
                    transit_encryption="ENABLED",
                    authorization_config=EcsTaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig(
                        access_point_id=file_system.access_point_id, iam="ENABLED"
                    ),
                ),
            )
            for name, (_, file_system) in self._volumes.items()
        ]
        read_only = any(one.read_only_root for one in self._settings.containers.values())
        if read_only and self._settings.exec_enabled:
            structs += [EcsTaskDefinitionVolume(name=name) for name in EXEC_PATHS]
        return structs


def _volume_name(path: str) -> str:
    return path.strip("/").replace("/", "-")
