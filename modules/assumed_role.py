"""The IAM role that is assumed for every request to AWS. Pure."""

import re
from collections.abc import Iterator

from .errors import Problem, refusal
from .settings import settings

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/[\w+=,.@/-]{1,576}")
# STS API: AssumeRole, RoleSessionName and ExternalId.
_SESSION = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_EXTERNAL = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


@settings
class AssumedRole:
    """A role in the account that is deployed to, or in the one that keeps the states.

    `session_name` is what CloudTrail shows beside the role; `external_id` is what the role's trust policy
    asks for, if it does. The names are those of Terraform's `assume_role`.
    """

    role_arn: str
    session_name: str = "infrastructure"
    external_id: str | None = None

    @property
    def account_id(self) -> str:
        """The account that the role is in."""
        return self.role_arn.split(":")[4]

    @property
    def arguments(self) -> dict[str, str]:
        """What Terraform's `assume_role` holds."""
        external = {"external_id": self.external_id} if self.external_id else {}
        return {"role_arn": self.role_arn, "session_name": self.session_name, **external}

    def problems(self) -> Iterator[Problem]:
        """What IAM or STS would refuse."""
        if not _ROLE.fullmatch(self.role_arn):
            allowed = "the ARN of a role: arn:aws:iam::123456789012:role/deploy"
            yield Problem(
                where="role_arn", what=refusal(got=repr(self.role_arn), allowed=allowed, fix="correct it")
            )
        if not _SESSION.fullmatch(self.session_name):
            allowed = "2 to 64 of a-z, A-Z, 0-9 and _+=,.@-"
            why = refusal(got=repr(self.session_name), allowed=allowed, fix="leave out the others")
            yield Problem(where="session_name", what=why)
        if self.external_id is not None and not _EXTERNAL.fullmatch(self.external_id):
            allowed = "2 to 1224 of a-z, A-Z, 0-9 and _+=,.@:/-"
            why = refusal(
                got=repr(self.external_id), allowed=allowed, fix="enter what the role's policy asks for"
            )
            yield Problem(where="external_id", what=why)
