"""Lambda functions of CloudFormation stacks."""

from __future__ import annotations

import base64
from typing import Any

from moto.awslambda.models import LambdaFunction

from aws_emulator.moto_patches import Patch

# What a function has whose template does not say (CloudFormation template reference, AWS::Lambda::Function).
_DEFAULTS: dict[str, Any] = {
    "Description": "",
    "Environment": {},
    "Layers": [],
    "MemorySize": 128,
    "Timeout": 3,
    "VpcConfig": None,
}


class UpdateStack(Patch, of=LambdaFunction):
    """UpdateStack (AWS CloudFormation API Reference): a function is as the new template says, and has the
    default of what it no longer says. ZipFile of its Code is "the source code of your function", which
    CloudFormation zips (template reference, AWS::Lambda::Function Code), and a new FunctionName is a new
    function. moto 5.2.5 takes the source for a zip file in base64, which no invocation can read, keeps what
    the template no longer says, and keeps the name.
    """

    @classmethod
    def update_from_cloudformation_json(
        cls: Any,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        """Change the function, or replace it where its name is another."""
        properties = _DEFAULTS | cloudformation_json["Properties"]
        name = original_resource.function_name
        if properties.get("FunctionName", name) != name:
            made = cls.create_from_cloudformation_json(
                new_resource_name, cloudformation_json, account_id, region_name
            )
            original_resource.delete(account_id, region_name)
            return made
        variables = properties["Environment"].get("Variables", {})
        original_resource.update_configuration(properties | {"Environment": {"Variables": variables}})
        original_resource.reserved_concurrency = properties.get("ReservedConcurrentExecutions")
        code = dict(properties["Code"])
        if "ZipFile" in code:
            archive = cls._create_zipfile_from_plaintext_code(code["ZipFile"])
            code["ZipFile"] = base64.b64encode(archive)
        original_resource.update_function_code(code)
        return original_resource
