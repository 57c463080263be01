"""The image of a service: where it is stored, and which one is deployed.

Who owns what. Terraform owns everything of a task definition but the image; the pipeline owns the image. They
meet in one parameter of Systems Manager, `/{product}-{environment}/{service}/image`, whose value is a whole
reference, `<repository>@sha256:…`. Terraform creates it with a fallback and never writes it again. To deploy,
the pipeline

1. registers a copy of the family's latest revision, its tags too, with the new image,
2. updates the service to it and waits for the rollout,
3. then writes the parameter. When the rollout failed, it deregisters the revision instead.

The task definition takes its image from the parameter and tracks the family's latest revision, so after 1–3
both sides of Terraform's comparison have the new image: the plan is empty. A later change made in Terraform
(memory, say) registers a revision with the parameter's image, which is the deployed one. `ignore_changes` on
the container definitions would keep the plan as quiet, but lose every later change to them; without tracking,
Terraform compares with the revision it registered itself, and would take the service back to it.
"""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .repository import repository_name


class Image(Construct):
    """The image that one or several services run.

    Creates: the parameter. `service` names the repository (see `Repository`) and the fallback in it;
    `repository` is the name of one that isn't shared.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, service: str, repository: str | None = None
    ) -> None:
        super().__init__(scope, id)
        account, repository = context.account, repository or repository_name(context, service)
        self.repository_arn = account.arn("ecr", f"repository/{repository}")
        self.repository_url = f"{account.id}.dkr.ecr.{context.region}.amazonaws.com/{repository}"
        # Name, type and value are all it has: writing a new value leaves out the rest, which would be lost.
        self._parameter = SsmParameter(
            self,
            "parameter",
            name=context.naming.path(Limit.PARAMETER, "", service, "image"),
            type="String",
            insecure_value=f"{self.repository_url}:{context.naming.environment}",
            tags=context.tags.override(Service=service),
            lifecycle=TerraformResourceLifecycle(ignore_changes=["insecure_value", "value"]),
        )

    @property
    def reference(self) -> str:
        """The image that is deployed, by digest, or the fallback where none was yet."""
        return str(self._parameter.insecure_value)

    @property
    def parameter_name(self) -> str:
        """Where the pipeline writes what it deployed."""
        return str(self._parameter.name)

    @property
    def parameter_arn(self) -> str:
        """The parameter's ARN, for the pipeline's permissions."""
        return str(self._parameter.arn)
