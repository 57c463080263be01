"""Settings of the roles that runs of Terraform Cloud take in AWS. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from ...errors import Problem, refusal
from ...iam.policy import Statement
from ...settings import settings
from ...values import Line

# A colon would begin the next part of `sub`, and what IAM reads as a wildcard is no name.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_SECRET = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+(\*|\?{6})?")


@settings
class WorkspaceSettings:
    """What the runs of one workspace may do in AWS: those that plan, and those that apply.

    A plan alone ("speculative") has the same role as the plan of a run that is confirmed later: `sub` doesn't
    tell them apart (HCP Terraform, "Workload Identity", Token Specification). So the role of plans reads no
    secret, whatever else it may, but those that are named.
    """

    plan: Sequence[Statement] = ()
    apply: Sequence[Statement] = ()
    # ARNs of policies, such as arn:aws:iam::aws:policy/ReadOnlyAccess.
    plan_policies: Sequence[Line] = ()
    apply_policies: Sequence[Line] = ()
    # ARNs of what no plan of the stack works without, such as the environment's secret. Whoever may start a
    # plan in the workspace, by a pull request too, can read them.
    plan_secrets: Sequence[Line] = ()

    def problems(self) -> Iterator[Problem]:
        """Roles that may do nothing, and secrets that are no ARNs of secrets."""
        for phase, granted in (
            ("plan", (*self.plan, *self.plan_policies)),
            ("apply", (*self.apply, *self.apply_policies)),
        ):
            if not granted:
                why = refusal(
                    got="nothing", allowed="statements or policies", fix=f"say what {phase}s may do"
                )
                yield Problem(where=phase, what=why)
        for arn in self.plan_secrets:
            if not _SECRET.fullmatch(arn):
                why = refusal(got=repr(arn), allowed="the ARN of a secret", fix="name it, with its account")
                yield Problem(where="plan_secrets", what=why)


@settings
class TerraformCloudSettings:
    """An organization's project of Terraform Cloud, and what its workspaces may do in this account."""

    organization: Line
    workspaces: Mapping[Line, WorkspaceSettings] = field(default_factory=dict)
    # The name that Terraform Cloud gives the first one.
    project: Line = "Default Project"
    # Terraform Enterprise has one of its own.
    hostname: Line = "app.terraform.io"
    # TFC_AWS_WORKLOAD_IDENTITY_AUDIENCE of the workspaces says otherwise (HCP Terraform, "Dynamic Credentials
    # with the AWS Provider").
    audience: Line = "aws.workload.identity"

    def problems(self) -> Iterator[Problem]:
        """Names that would say more in a condition than one name, and no workspace."""
        names = [("organization", self.organization), ("project", self.project)]
        names += [("workspaces", one) for one in self.workspaces]
        for where, name in names:
            if not _NAME.fullmatch(name):
                why = refusal(
                    got=repr(name),
                    allowed="letters, digits, spaces, - and _",
                    fix="write it as Terraform Cloud does, without wildcards",
                )
                yield Problem(where=where, what=why)
        if not _HOST.fullmatch(self.hostname):
            why = refusal(got=repr(self.hostname), allowed="a host name", fix="leave out https:// and paths")
            yield Problem(where="hostname", what=why)
        if not self.workspaces:
            why = refusal(got="none", allowed="at least one", fix="name the stacks that run there")
            yield Problem(where="workspaces", what=why)

    def subject(self, workspace: str, phase: str) -> str:
        """The `sub` of a run's token (HCP Terraform, "Workload Identity", Token Specification)."""
        place = f"organization:{self.organization}:project:{self.project}"
        return f"{place}:workspace:{workspace}:run_phase:{phase}"
