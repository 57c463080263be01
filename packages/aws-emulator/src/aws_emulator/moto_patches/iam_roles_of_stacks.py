"""Roles of CloudFormation stacks."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import Role

from aws_emulator.moto_patches import Patch


class PutRolePolicy(Patch, of=Role):
    """PutRolePolicy (AWS IAM API Reference): PolicyDocument is JSON text. That of a stack's template is an
    object, which moto keeps as one, and SimulatePrincipalPolicy cannot read.
    """

    def put_policy(self: Any, policy_name: str, policy_json: Any) -> None:
        """Keep the policy as text."""
        PutRolePolicy.moto.put_policy(self, policy_name, _text(policy_json))


class UpdateStack(Patch, of=Role):
    """UpdateStack (AWS CloudFormation API Reference): a role has the policies, the trust, the boundary and
    the longest session that the new template says (template reference, AWS::IAM::Role). moto 5.2.5 changes
    its description alone.
    """

    @classmethod
    def update_from_cloudformation_json(cls: Any, **given: Any) -> Any:
        """Change the role that moto found."""
        role = UpdateStack.moto.update_from_cloudformation_json(**given)
        properties = given["cloudformation_json"]["Properties"]
        role.assume_role_policy_document = _text(properties["AssumeRolePolicyDocument"])
        role.permissions_boundary_arn = properties.get("PermissionsBoundary", "")
        role.max_session_duration = properties.get("MaxSessionDuration", 3600)
        role.policies.clear()
        for policy in properties.get("Policies", []):
            role.put_policy(policy["PolicyName"], policy["PolicyDocument"])
        return role


def _text(document: Any) -> str:
    # In a template of YAML, `Version: 2012-10-17` is a date.
    return document if isinstance(document, str) else json.dumps(document, default=str)
