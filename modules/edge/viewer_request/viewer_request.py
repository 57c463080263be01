"""The function that a distribution calls with each request, before it looks into its cache."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudfront_function import CloudfrontFunction
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .steps import Step, code_of


class ViewerRequest(Construct):
    """A CloudFront function (JavaScript runtime 2.0) that runs `steps` in their order.

    Creates: the function, published. A behavior calls one function for each request ("Restrictions on edge
    functions", Amazon CloudFront Developer Guide), so whatever looks at requests is a step of this one.

    Raises ProblemsError for the same step twice and for more code than CloudFront takes.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, name: str, steps: Sequence[Step]
    ) -> None:
        super().__init__(scope, id)
        function = CloudfrontFunction(
            self,
            "Default",
            name=context.naming.of(Limit.CDN_FUNCTION, name),
            runtime="cloudfront-js-2.0",
            comment=", ".join(step.name for step in steps),
            code=code_of(steps),
            publish=True,
            # CloudFront refuses to delete a function that a behavior calls: the distribution changes first.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.arn = str(function.arn)
