"""The image of a service: where it is stored, and which one is deployed.

A pipeline deploys images, Terraform everything else of a task definition; they meet in one parameter of
Systems Manager. How, and why: docs/decisions/image-ownership.md.
"""

from __future__ import annotations

from functools import cached_property

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .repository import repository_name, repository_url


class Image(Construct):
    """The deployed image of one or several services.

    Creates: the parameter. `service` names the repository (see `Repository`) and the fallback in it;
    `repository` is the name of one that isn't shared.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, service: str, repository: str | None = None
    ) -> None:
        super().__init__(scope, id)
        account, repository = context.account, repository or repository_name(context, service)
        self.repository_name = repository
        self.repository_arn = account.arn("ecr", f"repository/{repository}")
        self.repository_url = repository_url(context, repository)
        # No other arguments: the pipeline's PutParameter passes only these, and would reset others.
        self._parameter = SsmParameter(
            self,
            "parameter",
            name=context.naming.path(Limit.PARAMETER, "", service, "image"),
            type="String",
            insecure_value=f"{self.repository_url}:{context.image_naming.environment}",
            tags=context.tags.override(Service=service),
            lifecycle=TerraformResourceLifecycle(ignore_changes=["insecure_value", "value"]),
        )

    # Cached: each read creates another token, and who runs this image is told by it.
    @cached_property
    def reference(self) -> str:
        """The deployed image, by digest; the fallback before the first deployment."""
        return str(self._parameter.insecure_value)

    @property
    def parameter_name(self) -> str:
        """The name of the parameter that the pipeline writes the deployed image to."""
        return str(self._parameter.name)

    @property
    def parameter_arn(self) -> str:
        """The parameter's ARN, for the pipeline's permissions."""
        return str(self._parameter.arn)
