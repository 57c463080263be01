"""The CodeBuild projects of a pipeline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from constructs import Construct

from ...compute.cluster.cluster import Cluster
from ...compute.repository.repository import Repository
from ...context import Context
from ...iam.policy import Statement
from ...kms.key import Key
from ...naming import Limit
from ...regions import registry
from ...storage.bucket.bucket import Bucket
from . import statements
from .buildspec import buildspec
from .project import BuildNetwork, Machine, Project
from .release import Release
from .settings import Migration, PipelineSettings

# What the scripts take beside the work that they wait for.
_SLACK_MINUTES = 10
_PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}


class Projects(Construct):
    """What builds the images, runs the migration and records what was deployed, each with a role of its own.

    Creates: a project for each of them; the one that migrates only with a migration.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        cluster: Cluster,
        release: Release,
        settings: PipelineSettings,
        bucket: Bucket,
        key: Key,
        cache: Repository,
        network: BuildNetwork | None,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._cluster, self._release = context, cluster, release
        self._settings, self._bucket, self._key = settings, bucket, key
        self.build = self._create_build(cache, network)
        self.migrate = self._create_migrate(settings.migration) if settings.migration else None
        self.record = self._create_record()

    @property
    def names(self) -> list[str]:
        """The names of all."""
        return [one.name for one in self._all()]

    @property
    def arns(self) -> list[str]:
        """The ARNs of all."""
        return [one.arn for one in self._all()]

    def _all(self) -> list[Project]:
        return [one for one in (self.build, self.migrate, self.record) if one]

    def _create_build(self, cache: Repository, network: BuildNetwork | None) -> Project:
        host = registry(self._context.account.id, self._context.region)
        settings, release = self._settings.build, self._release
        return self._create(
            "build",
            description="Builds the images of a release",
            buildspec=buildspec(["build", "definitions"], artifacts="release"),
            variables={
                "IMAGES": release.built,
                "SERVICES": release.deployed,
                "REGISTRY": host,
                "CACHE": f"{host}/{cache.name}",
                "PLATFORM": _PLATFORMS[release.architecture],
                "BUILDKIT_IMAGE": settings.buildkit_image,
            },
            permissions=statements.building(release.images, cache, self._context),
            writes=True,
            machine=Machine(
                compute_type=settings.compute_type,
                architecture=release.architecture,
                privileged=True,
                minutes=settings.minutes,
                network=network,
            ),
        )

    def _create_migrate(self, migration: Migration) -> Project:
        one = self._release.service(migration.service)
        family = self._context.naming.of(Limit.TASK_FAMILY, self._settings.name, "migration")
        variables = [{"name": name, "value": value} for name, value in migration.environment.items()]
        return self._create(
            "migrate",
            description="Runs the migration of a release as a task, and waits for it",
            buildspec=buildspec(["migrate"]),
            variables={
                "CLUSTER": self._cluster.name,
                "SERVICE": one.service.name,
                "CONTAINER": one.name,
                "FAMILY": family,
                "COMMAND": json.dumps(migration.command),
                "VARIABLES": json.dumps(variables),
                "DEFINITIONS": one.definitions_file,
                "LOG_GROUP": one.service.log_group_name,
                "SECONDS_ALLOWED": str(migration.minutes * 60),
                "SECONDS_BETWEEN": "5",
            },
            permissions=statements.migrating(
                self._context, self._cluster, one, family=family, log_group=one.service.log_group_name
            ),
            machine=Machine(minutes=migration.minutes + _SLACK_MINUTES),
        )

    def _create_record(self) -> Project:
        return self._create(
            "record",
            description="Writes the deployed images where Terraform reads them",
            buildspec=buildspec(["record"]),
            variables={
                "IMAGES": self._release.recorded,
                "ENVIRONMENT": self._context.naming.environment,
            },
            permissions=statements.recording(self._release.images),
            machine=Machine(minutes=_SLACK_MINUTES),
        )

    def _create(
        self,
        id: str,
        *,
        description: str,
        buildspec: str,
        variables: Mapping[str, str],
        permissions: Sequence[Statement],
        machine: Machine,
        writes: bool = False,
    ) -> Project:
        return Project(
            self,
            id,
            context=self._context,
            name=f"{self._settings.name}-{id}",
            description=description,
            buildspec=buildspec,
            variables=variables,
            statements=[*statements.artifacts(self._bucket, self._key, written=writes), *permissions],
            key=self._key,
            log_retention_days=self._settings.log_retention_days,
            machine=machine,
        )
