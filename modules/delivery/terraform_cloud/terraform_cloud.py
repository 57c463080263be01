"""Roles that runs of Terraform Cloud take by the token that each is given: no key is kept anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document
from ...naming import Limit
from ...regions import endpoint
from .settings import TerraformCloudSettings, WorkspaceSettings


class TerraformCloud(Construct):
    """What lets runs of Terraform Cloud into an account.

    Creates: the OpenID Connect provider, of which an account has one for each host; for each workspace a role
    of its plans and one of its applies. `plan_roles` and `apply_roles` are their ARNs by workspace, which go
    into its variables TFC_AWS_PLAN_ROLE_ARN and TFC_AWS_APPLY_ROLE_ARN.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, settings: TerraformCloudSettings
    ) -> None:
        super().__init__(scope, id)
        self._context, self._settings = context, settings
        # Without thumbprints: IAM knows the authority of the host's certificate (IAM user guide, "Create an
        # OpenID Connect (OIDC) identity provider in IAM").
        self._issuer = IamOpenidConnectProvider(
            self, "issuer", url=f"https://{settings.hostname}", client_id_list=[settings.audience]
        )
        self.plan_roles: dict[str, str] = {}
        self.apply_roles: dict[str, str] = {}
        for name, workspace in settings.workspaces.items():
            reading = (*workspace.plan, *_no_secrets(context, workspace))
            self.plan_roles[name] = self._role(name, "plan", reading, workspace.plan_policies)
            self.apply_roles[name] = self._role(name, "apply", workspace.apply, workspace.apply_policies)

    def _role(
        self, workspace: str, phase: str, statements: Sequence[Statement], policies: Sequence[str]
    ) -> str:
        name = f"{workspace}-{phase}"
        role = IamRole(
            self,
            name,
            name=self._context.naming.short(Limit.IAM_ROLE, "terraform", name),
            description=f"Terraform Cloud, {phase}s of the workspace {workspace}",
            assume_role_policy=policy_document(self._trust(workspace, phase)),
        )
        if statements:
            IamRolePolicy(
                self,
                f"{name}-policy",
                name="terraform",
                role=role.id,
                policy=policy_document(*statements),
            )
        for arn in policies:
            IamRolePolicyAttachment(
                self, f"{name}-{arn.rpartition('/')[2].lower()}", role=role.name, policy_arn=arn
            )
        return str(role.arn)

    def _trust(self, workspace: str, phase: str) -> Statement:
        host = self._settings.hostname
        return Statement(
            actions=["sts:AssumeRoleWithWebIdentity"],
            federated=[self._issuer.arn],
            # Exactly: `StringLike` would take a workspace whose name begins alike.
            conditions={
                "StringEquals": {
                    f"{host}:aud": self._settings.audience,
                    f"{host}:sub": self._settings.subject(workspace, phase),
                }
            },
        )


def _no_secrets(context: Context, workspace: WorkspaceSettings) -> list[Statement]:
    """What keeps plans from secrets, whatever the policies say that are attached to their role."""
    if not workspace.plan_secrets:
        values = ["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "kms:Decrypt"]
        return [Statement(sid="NoSecrets", effect="Deny", actions=values, resources=["*"])]
    through = endpoint("secretsmanager", context.region)
    return [
        Statement(
            sid="NoOtherSecrets",
            effect="Deny",
            actions=["secretsmanager:GetSecretValue"],
            resources=["*"],
            conditions={"ArnNotLike": {"secretsmanager:SecretId": list(workspace.plan_secrets)}},
        ),
        Statement(
            sid="NotTogether",
            effect="Deny",
            actions=["secretsmanager:BatchGetSecretValue"],
            resources=["*"],
        ),
        # A parameter of the kind SecureString is decrypted, too.
        Statement(
            sid="NothingElseThatIsEncrypted",
            effect="Deny",
            actions=["kms:Decrypt"],
            resources=["*"],
            conditions={"StringNotEquals": {"kms:ViaService": through}},
        ),
    ]
