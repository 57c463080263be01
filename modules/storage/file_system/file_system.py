"""An EFS file system."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.efs_access_point import (
    EfsAccessPoint,
    EfsAccessPointPosixUser,
    EfsAccessPointRootDirectory,
    EfsAccessPointRootDirectoryCreationInfo,
)
from cdktf_cdktf_provider_aws.efs_backup_policy import EfsBackupPolicy, EfsBackupPolicyBackupPolicy
from cdktf_cdktf_provider_aws.efs_file_system import EfsFileSystem, EfsFileSystemLifecyclePolicy
from cdktf_cdktf_provider_aws.efs_file_system_policy import EfsFileSystemPolicy
from cdktf_cdktf_provider_aws.efs_mount_target import EfsMountTarget
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document
from ...kms.key import Key
from ...naming import Limit
from ...networking.network import Network
from ...networking.reach import peer_of
from ...networking.subnet_plan import Tier
from .settings import FileSystemSettings


class FileSystem(Construct):
    """An encrypted EFS file system in the private tier, with one access point.

    Creates: the file system with lifecycle policies (Infrequent Access); an access point; a mount target in
    each zone with `security_group`; its daily backup; a file system policy that requires TLS and the access
    point.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_group: SecurityGroup,
        key: Key,
        service: str,
        settings: FileSystemSettings,
    ) -> None:
        super().__init__(scope, id)
        # What clients connect to.
        self.server = peer_of(security_group)
        name = context.naming.of(Limit.TAG, service)
        self._file_system = EfsFileSystem(
            self,
            "Default",
            encrypted=True,
            kms_key_id=key.arn,
            throughput_mode="elastic",
            lifecycle_policy=[
                EfsFileSystemLifecyclePolicy(transition_to_ia="AFTER_30_DAYS"),
                EfsFileSystemLifecyclePolicy(transition_to_primary_storage_class="AFTER_1_ACCESS"),
            ],
            tags={
                "Name": name,
                **context.tags.override(
                    Service=service, **({"BackupPolicy": "daily"} if settings.backed_up else {})
                ),
            },
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
        )
        self._access_point = self._create_access_point(name, settings)
        subnets = zip(network.settings.zones, network.subnet_ids(Tier.PRIVATE), strict=True)
        self.mount_targets = [
            EfsMountTarget(
                self,
                f"mount-{zone}",
                file_system_id=self._file_system.id,
                subnet_id=subnet,
                security_groups=[security_group.id],
            )
            for zone, subnet in subnets
        ]
        if settings.backed_up and settings.automatic_backups:
            EfsBackupPolicy(
                self,
                "backup",
                file_system_id=self._file_system.id,
                backup_policy=EfsBackupPolicyBackupPolicy(status="ENABLED"),
            )
        EfsFileSystemPolicy(
            self,
            "policy",
            file_system_id=self._file_system.id,
            policy=policy_document(*self._deny_statements()),
        )

    @property
    def id(self) -> str:
        """The file system's id."""
        return str(self._file_system.id)

    @property
    def access_point_id(self) -> str:
        """The access point's id."""
        return str(self._access_point.id)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Permissions of a task role to mount it and write to it."""
        return (
            Statement(
                actions=["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                resources=[str(self._file_system.arn)],
                conditions={
                    "StringEquals": {"elasticfilesystem:AccessPointArn": str(self._access_point.arn)}
                },
            ),
        )

    def _create_access_point(self, name: str, settings: FileSystemSettings) -> EfsAccessPoint:
        return EfsAccessPoint(
            self,
            "access-point",
            file_system_id=self._file_system.id,
            posix_user=EfsAccessPointPosixUser(uid=settings.user_id, gid=settings.group_id),
            root_directory=EfsAccessPointRootDirectory(
                path=settings.path,
                creation_info=EfsAccessPointRootDirectoryCreationInfo(
                    owner_uid=settings.user_id, owner_gid=settings.group_id, permissions="750"
                ),
            ),
            tags={"Name": name},
        )

    def _deny_statements(self) -> tuple[Statement, ...]:
        # With a file system policy, clients need IAM permissions; those of roles are in `statements`.
        arn = str(self._file_system.arn)
        return (
            Statement(
                sid="TlsOnly",
                effect="Deny",
                actions=["*"],
                resources=[arn],
                principals=["*"],
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            ),
            Statement(
                sid="AccessPointOnly",
                effect="Deny",
                actions=[
                    "elasticfilesystem:ClientMount",
                    "elasticfilesystem:ClientRootAccess",
                    "elasticfilesystem:ClientWrite",
                ],
                resources=[arn],
                principals=["*"],
                conditions={
                    "StringNotEquals": {"elasticfilesystem:AccessPointArn": str(self._access_point.arn)}
                },
            ),
        )
