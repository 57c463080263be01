"""A pipeline from a push to running services."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.codeconnections_connection import CodeconnectionsConnection
from cdktf_cdktf_provider_aws.codepipeline import (
    Codepipeline,
    CodepipelineArtifactStore,
    CodepipelineArtifactStoreEncryptionKey,
    CodepipelineStage,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from ...compute.cluster.cluster import Cluster
from ...compute.repository.repository import Repository
from ...compute.repository.settings import RepositorySettings
from ...context import Context
from ...errors import ProblemsError
from ...iam.policy import Statement, policy_document
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...storage.bucket.bucket import Bucket
from ...storage.bucket.settings import BucketSettings, LifecycleRule
from . import stages, statements
from .alarms import pipeline as monitored
from .approval_topic import ApprovalTopic
from .project import BuildNetwork
from .projects import Projects
from .release import PipelineService, Release
from .settings import PipelineSettings

# CodePipeline keeps what a running execution reads; a replaced version serves nobody for long.
_NONCURRENT_DAYS = 7


class Pipeline(Construct):
    """A CodePipeline of type V2: source, build, approval, migration, deployment of all services at once.

    Creates: a key; the artifact bucket; the repository of the layer cache; the connection, unless the
    settings name one; the CodeBuild projects that build, migrate and record the deployed images, each with
    its log group and its role; the approval's topic; the pipeline's role; the pipeline with its trigger.

    `services` stand on `cluster`; `network` is for builds that fetch from within. Raises ProblemsError for
    services that no pipeline can deploy together. How Terraform and the pipeline share the image:
    docs/decisions/image-ownership.md.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        cluster: Cluster,
        services: Sequence[PipelineService],
        settings: PipelineSettings,
        network: BuildNetwork | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.settings, self._context, self._cluster = settings, context, cluster
        self._release = Release(services)
        if problems := list(self._release.problems(settings.migration)):
            raise ProblemsError(problems)
        self.name = context.naming.of(Limit.PIPELINE, settings.name)
        self._key = Key(
            self,
            "key",
            context=context,
            purpose=settings.name,
            services=["logs"],
            protected=settings.protected,
        )
        self._bucket = self._create_bucket()
        self._connection = None if settings.connection_arn else self._create_connection()
        self._projects = Projects(
            self,
            "projects",
            context=context,
            cluster=cluster,
            release=self._release,
            settings=settings,
            bucket=self._bucket,
            key=self._key,
            cache=self._create_cache(),
            network=network,
        )
        self._topic = self._create_topic()
        self._pipeline = self._create_pipeline()

    @property
    def arn(self) -> str:
        """The pipeline's ARN."""
        return str(self._pipeline.arn)

    @property
    def connection_arn(self) -> str:
        """The ARN of the connection to the repository."""
        return str(self._connection.arn) if self._connection else str(self.settings.connection_arn)

    @property
    def notice(self) -> str:
        """What a person does once, for the outputs of the stack."""
        if self._connection is None:
            return f"The pipeline {self.name} uses the connection {self.connection_arn}."
        return (
            f"The connection {self._connection_name} to {self.settings.provider} is PENDING until a person "
            "approves it: console, Developer Tools, Settings, Connections, Update pending connection. Then "
            f"touch the pipeline {self.name}, or no push starts it: docs/runbooks/pipeline.md."
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets, and the event of a failure."""
        return monitored(key=self.settings.name, name=self.name, projects=self._projects.names)

    def _create_bucket(self) -> Bucket:
        rule = LifecycleRule(
            name="artifacts",
            expire_days=self.settings.artifact_days,
            expire_noncurrent_days=_NONCURRENT_DAYS,
        )
        return Bucket(
            self,
            "artifacts",
            context=self._context,
            name=self.settings.name,
            key_arn=self._key.arn,
            settings=BucketSettings(protected=self.settings.protected, lifecycle=(rule,)),
        )

    def _create_cache(self) -> Repository:
        """The repository of the layer cache. Its tags move, while those of releases are immutable."""
        return Repository(
            self,
            "cache",
            context=self._context,
            service=f"{self.settings.name}-cache",
            key=self._key,
            settings=RepositorySettings(
                tag_mutability="MUTABLE", shared=False, untagged_days=1, protected=False
            ),
        )

    @property
    def _connection_name(self) -> str:
        return self._context.naming.short(Limit.CONNECTION, self.settings.name)

    def _create_connection(self) -> CodeconnectionsConnection:
        return CodeconnectionsConnection(
            self, "connection", name=self._connection_name, provider_type=self.settings.provider
        )

    def _create_topic(self) -> ApprovalTopic | None:
        if (approval := self.settings.approval) is None:
            return None
        return ApprovalTopic(
            self,
            "approvals",
            context=self._context,
            name=self.settings.name,
            key=self._key,
            settings=approval,
        )

    def _create_pipeline(self) -> Codepipeline:
        context = self._context
        role = IamRole(
            self,
            "role",
            name=context.naming.of(Limit.IAM_ROLE, self.settings.name, "role"),
            permissions_boundary=context.boundary_arn,
            assume_role_policy=policy_document(
                statements.assumed_by(context, "codepipeline", context.account.arn("codepipeline", self.name))
            ),
        )
        policy = IamRolePolicy(
            self, "policy", name="pipeline", role=role.id, policy=policy_document(*self._statements())
        )
        return Codepipeline(
            self,
            "Default",
            name=self.name,
            role_arn=role.arn,
            pipeline_type="V2",
            execution_mode=self.settings.execution_mode,
            artifact_store=[
                CodepipelineArtifactStore(
                    type="S3",
                    location=self._bucket.name,
                    encryption_key=CodepipelineArtifactStoreEncryptionKey(type="KMS", id=self._key.arn),
                )
            ],
            stage=self._stages(),
            trigger=stages.triggers(self.settings),
            # It starts as soon as it is created.
            depends_on=[policy, self._bucket.policy],
        )

    def _stages(self) -> list[CodepipelineStage]:
        settings, projects = self.settings, self._projects
        found = [stages.source_stage(settings, self.connection_arn), stages.build_stage(projects.build.name)]
        if settings.approval and self._topic:
            found.append(stages.approval_stage(settings, settings.approval, self._topic.arn))
        if projects.migrate:
            found.append(stages.migration_stage(projects.migrate.name))
        return [
            *found,
            stages.deployment_stage(
                self._cluster.name,
                self._release.services,
                settings.deployment_minutes,
                projects.record.name,
            ),
        ]

    def _statements(self) -> list[Statement]:
        # Connections made before July 2024 have the older prefix, and so have calls of older clients
        # (Developer Tools console user guide, "Connections resource ARN").
        prefixes = ("codeconnections", "codestar-connections")
        return [
            *statements.artifacts(self._bucket, self._key, written=True),
            Statement(
                actions=[f"{prefix}:UseConnection" for prefix in prefixes], resources=[self.connection_arn]
            ),
            Statement(
                actions=["codebuild:BatchGetBuilds", "codebuild:StartBuild"], resources=self._projects.arns
            ),
            *(self._topic.statements if self._topic else ()),
            *statements.deploying(self._context, self._release.services),
        ]
