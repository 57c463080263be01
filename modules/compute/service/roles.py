"""The execution role and the task role of a service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document, unique_statements
from ...naming import Limit
from ..repository.image import Image
from ..repository.repository import LOGIN_STATEMENT, pull_statement


class TaskRoles(Construct):
    """The IAM roles of one service's tasks.

    Creates: an execution role, with which ECS pulls the image, writes the logs and injects the secrets; a
    task role, with which the containers call AWS. Both have the declared permissions only.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        service: str,
        image: Image,
        log_group: CloudwatchLogGroup,
        execution_statements: Sequence[Statement],
        task_statements: Sequence[Statement],
        tags: dict[str, str],
    ) -> None:
        super().__init__(scope, id)
        self._context, self._service, self._tags = context, service, tags
        self._policies: list[ITerraformDependable] = []
        starting = (*_start_statements(image, log_group), *execution_statements)
        self.execution = self._create_role("execution", starting)
        self.task = self._create_role("task", task_statements)

    @property
    def policies(self) -> list[ITerraformDependable]:
        """The role policies, for `depends_on`: a task that starts before they exist fails."""
        return list(self._policies)

    def _create_role(self, kind: str, statements: Iterable[Statement]) -> IamRole:
        naming, account = self._context.naming, self._context.account
        trust = Statement(
            actions=["sts:AssumeRole"],
            services=["ecs-tasks.amazonaws.com"],
            # ECS developer guide, "Amazon ECS task IAM role": prevents the confused deputy problem.
            conditions={
                "ArnLike": {"aws:SourceArn": account.arn("ecs", "*")},
                "StringEquals": {"aws:SourceAccount": account.id},
            },
        )
        role = IamRole(
            self,
            kind,
            name=naming.of(Limit.IAM_ROLE, self._service, kind, "role"),
            permissions_boundary=self._context.boundary_arn,
            assume_role_policy=policy_document(trust),
            tags=self._tags,
        )
        if allowed := unique_statements(statements):
            self._policies.append(
                IamRolePolicy(
                    self, f"{kind}-policy", name=kind, role=role.id, policy=policy_document(*allowed)
                )
            )
        return role


def _start_statements(image: Image, log_group: CloudwatchLogGroup) -> tuple[Statement, ...]:
    # ECS developer guide, "Amazon ECS task execution IAM role", narrowed to one repository and one log group.
    return (
        LOGIN_STATEMENT,
        pull_statement(image.repository_arn),
        Statement(actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[f"{log_group.arn}:*"]),
    )
