"""A CodeBuild project of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.codebuild_project import (
    CodebuildProject,
    CodebuildProjectArtifacts,
    CodebuildProjectEnvironment,
    CodebuildProjectEnvironmentEnvironmentVariable,
    CodebuildProjectLogsConfig,
    CodebuildProjectLogsConfigCloudwatchLogs,
    CodebuildProjectSource,
    CodebuildProjectVpcConfig,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document
from ...kms.key import Key
from ...log_retention import RetentionDays
from ...naming import Limit
from ...networking.network import Network
from ...networking.subnet_plan import Tier
from .statements import assumed_by, network_interfaces

# CodeBuild user guide, "Docker images provided by CodeBuild": with the AWS CLI, jq, Docker and buildx.
_MACHINES = {
    "X86_64": ("LINUX_CONTAINER", "aws/codebuild/amazonlinux-x86_64-standard:5.0"),
    "ARM64": ("ARM_CONTAINER", "aws/codebuild/amazonlinux-aarch64-standard:3.0"),
}


@dataclass(frozen=True, kw_only=True)
class BuildNetwork:
    """Private subnets and a security group for builds, which reach everything they fetch from there."""

    network: Network
    security_group: SecurityGroup


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a project runs on. `privileged` lets it start the Docker daemon, which builds of images need."""

    compute_type: str = "BUILD_GENERAL1_SMALL"
    architecture: str = "X86_64"
    privileged: bool = False
    minutes: int = 15
    network: BuildNetwork | None = None


class Project(Construct):
    """A CodeBuild project that runs as an action of a pipeline.

    Creates: the log group, encrypted with `key`; the role, which may write its log and do what `statements`
    say; the project.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        description: str,
        buildspec: str,
        variables: Mapping[str, str],
        statements: Sequence[Statement],
        key: Key,
        log_retention_days: RetentionDays,
        machine: Machine,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._machine = context, machine
        self.name = context.naming.of(Limit.CODEBUILD_PROJECT, name)
        self._log_group = CloudwatchLogGroup(
            self,
            "log-group",
            name=context.naming.path(Limit.LOG_GROUP, "/aws/codebuild", name),
            retention_in_days=log_retention_days,
            kms_key_id=key.arn,
        )
        self._role = IamRole(
            self,
            "role",
            name=context.naming.of(Limit.IAM_ROLE, name, "role"),
            permissions_boundary=context.boundary_arn,
            assume_role_policy=policy_document(
                assumed_by(context, "codebuild", context.account.arn("codebuild", f"project/{self.name}"))
            ),
        )
        policy = IamRolePolicy(
            self,
            "policy",
            name="project",
            role=self._role.id,
            policy=policy_document(*self._logging(), *statements, *self._networking()),
        )
        self._project = CodebuildProject(
            self,
            "Default",
            name=self.name,
            description=description,
            service_role=self._role.arn,
            build_timeout=machine.minutes,
            encryption_key=key.arn,
            source=CodebuildProjectSource(type="CODEPIPELINE", buildspec=buildspec),
            artifacts=CodebuildProjectArtifacts(type="CODEPIPELINE"),
            environment=self._environment(variables),
            logs_config=CodebuildProjectLogsConfig(
                cloudwatch_logs=CodebuildProjectLogsConfigCloudwatchLogs(
                    group_name=self._log_group.name, status="ENABLED"
                )
            ),
            vpc_config=self._vpc_config(),
            # CodeBuild refuses a network whose interfaces its role can't create.
            depends_on=[policy],
        )

    @property
    def arn(self) -> str:
        """The project's ARN."""
        return str(self._project.arn)

    def _environment(self, variables: Mapping[str, str]) -> CodebuildProjectEnvironment:
        kind, image = _MACHINES[self._machine.architecture]
        return CodebuildProjectEnvironment(
            type=kind,
            image=image,
            compute_type=self._machine.compute_type,
            image_pull_credentials_type="CODEBUILD",
            privileged_mode=self._machine.privileged,
            environment_variable=[
                CodebuildProjectEnvironmentEnvironmentVariable(name=name, value=value)
                for name, value in variables.items()
            ],
        )

    def _vpc_config(self) -> CodebuildProjectVpcConfig | None:
        if (place := self._machine.network) is None:
            return None
        return CodebuildProjectVpcConfig(
            vpc_id=place.network.vpc_id,
            subnets=place.network.subnet_ids(Tier.PRIVATE),
            security_group_ids=[str(place.security_group.id)],
        )

    def _logging(self) -> tuple[Statement, ...]:
        writing = ["logs:CreateLogStream", "logs:PutLogEvents"]
        return (Statement(actions=writing, resources=[f"{self._log_group.arn}:*"]),)

    def _networking(self) -> tuple[Statement, ...]:
        if (place := self._machine.network) is None:
            return ()
        return network_interfaces(self._context, place.network.subnet_ids(Tier.PRIVATE))
