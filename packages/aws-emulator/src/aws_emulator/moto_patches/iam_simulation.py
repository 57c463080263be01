"""Asking IAM what a role may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.responses import IamResponse

from aws_emulator.moto_patches import Patch


class SimulatePrincipalPolicy(Patch, of=IamResponse):
    """SimulatePrincipalPolicy (AWS IAM API Reference) says of each action whether the policies of a role
    allow it; moto has no such call. Conditions are not looked at.
    """

    def simulate_principal_policy(self: Any) -> Any:
        """Decide by the role's own and attached policies."""
        role = self.backend.get_role_by_arn(self._get_param("PolicySourceArn"))
        policies = [*map(IAMPolicy, role.policies.values()), *map(IAMPolicy, role.managed_policies.values())]
        resource = (self._get_param("ResourceArns") or ["*"])[0]
        found = [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": _decision(list(_results(policies, action, resource))),
            }
            for action in self._get_param("ActionNames")
        ]
        return ActionResult({"EvaluationResults": found, "IsTruncated": False})


def _results(policies: list[IAMPolicy], action: str, resource: str) -> Iterator[PermissionResult]:
    yield from (policy.is_action_permitted(action, resource) for policy in policies)


def _decision(results: list[PermissionResult]) -> str:
    if PermissionResult.DENIED in results:
        return "explicitDeny"
    return "allowed" if PermissionResult.PERMITTED in results else "implicitDeny"
