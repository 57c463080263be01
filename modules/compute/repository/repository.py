"""An ECR repository of container images."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
    EcrRepositoryImageTagMutabilityExclusionFilter,
)
from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...kms.key import Key
from ...regions import registry
from .settings import RepositorySettings
from .upstream_image import UpstreamImage

PULL_ACTIONS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
LOGIN_STATEMENT = Statement(
    actions=["ecr:GetAuthorizationToken"],
    resources=["*"],
    wildcard_reason="the token is the registry's, which is no resource",
)


class Repository(Construct):
    """The ECR repository of one service's images, tagged by environment (see `repository_name`).

    Environments that share an account share its repositories: one of them creates them, and the others'
    images refer to them by name alone. With `shared=False` in the settings each has its own.

    Creates: the repository, scanned on push and encrypted with `key`; a lifecycle policy that keeps the
    newest image of each moving tag, and drops untagged images and all but the newest.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        service: str,
        key: Key,
        settings: RepositorySettings,
    ) -> None:
        super().__init__(scope, id)
        self._context = context
        if settings.required_provider:
            context.account.require_provider(settings.required_provider, where=f"repository of {service}")
        moving = tuple(dict.fromkeys((context.image_naming.environment, *settings.moving_tags)))
        self.name = repository_name(context, service, shared=settings.shared)
        repository = EcrRepository(
            self,
            "Default",
            name=self.name,
            image_tag_mutability=settings.tag_mutability,
            image_tag_mutability_exclusion_filter=[
                EcrRepositoryImageTagMutabilityExclusionFilter(filter=tag, filter_type="WILDCARD")
                for tag in moving
            ]
            if settings.tag_mutability == "IMMUTABLE_WITH_EXCLUSION"
            else None,
            image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=True),
            encryption_configuration=[
                EcrRepositoryEncryptionConfiguration(encryption_type="KMS", kms_key=key.arn)
            ],
            force_delete=not settings.protected,
            tags=context.tags.override(Service=service),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
        )
        EcrLifecyclePolicy(
            self, "lifecycle", repository=repository.name, policy=lifecycle_policy(moving, settings)
        )

    def image(self, upstream: UpstreamImage) -> str:
        """A published image as a task pulls it from here, by its version."""
        return f"{repository_url(self._context, self.name)}:{upstream.version}"

    @property
    def pull_access(self) -> ClientAccess:
        """What the execution role of a task needs beside that of its own image, for a sidecar's."""
        arn = self._context.account.arn("ecr", f"repository/{self.name}")
        return ClientAccess(execution_statements=(pull_statement(arn),))


def pull_statement(repository_arn: str) -> Statement:
    """Permission to pull the images of a repository (ECS developer guide, "Task execution IAM role")."""
    return Statement(actions=PULL_ACTIONS, resources=[repository_arn])


def repository_url(context: Context, name: str) -> str:
    """The address of a repository of the stack's account and region."""
    return f"{registry(context.account.id, context.region)}/{name}"


def repository_name(context: Context, service: str, *, shared: bool = True) -> str:
    """`{product}-{service}`, the same in every environment, or `{product}-{environment}-{service}`.

    In a recovery stack those of its primary, whose images ECR replicates to repositories of the same names.
    """
    naming = context.image_naming
    return f"{naming.product if shared else naming.base}-{service}"


def lifecycle_policy(moving_tags: Sequence[str], settings: RepositorySettings) -> str:
    """The lifecycle policy as JSON. Moving tags come first: the first rule that matches an image applies."""
    selections = [
        {"tagStatus": "tagged", "tagPatternList": [tag], "countType": "imageCountMoreThan", "countNumber": 1}
        for tag in moving_tags
    ]
    selections += [
        {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": settings.untagged_days,
        },
        {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": settings.keep_images},
    ]
    rules = [
        {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}
        for priority, selection in enumerate(selections, 1)
    ]
    return json.dumps({"rules": rules}, separators=(",", ":"))
