"""What the state backend is made of. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from annotated_types import Ge
from pydantic import PositiveInt

from backend.keys import state_keys
from backend.s3_settings import S3Settings
from modules.errors import Problem, refusal
from modules.naming import Limit
from modules.settings import settings


@settings
class StateBackendSettings:
    """The bucket, key and lock table that a `*.s3.tfbackend` file names, and who may use them.

    `stacks`: every stack of the catalogue, however far a synthesis is narrowed; each gets a policy. A version
    of a state goes `old_version_days` after a newer one came, but the newest `old_versions_kept` stay.
    `access_log_bucket`: an existing bucket for S3's access logs. None by default: a second bucket would need
    all the care of the first, every state is versioned, and who read or wrote one is CloudTrail's to say.
    """

    s3: S3Settings
    stacks: tuple[str, ...]
    old_version_days: Annotated[int, Ge(30)] = 90
    old_versions_kept: PositiveInt = 30
    access_log_bucket: str | None = None

    def problems(self) -> Iterator[Problem]:
        """A key that can't be created here, names too long for IAM, two stacks of one name."""
        alias = self.s3.kms_key_id
        if alias is None or not alias.startswith("alias/") or alias.startswith("alias/aws/"):
            why = refusal(
                got=repr(alias),
                allowed="alias/…, the alias that the state-backend stack gives to its own key",
                fix="name one in the tfbackend file",
            )
            yield Problem(where="s3.kms_key_id", what=why)
        for stack in state_keys(self.stacks):
            name, longest = self.policy_name(stack), Limit.IAM_POLICY.longest
            if len(name) > longest:
                why = refusal(got=f"{name}, {len(name)} characters", allowed=str(longest), fix="shorten it")
                yield Problem(where="stacks", what=why)

    def policy_name(self, stack: str) -> str:
        """The policy of one stack's state. Bucket names are global, so no other backend has the name."""
        return f"{self.s3.bucket}-{stack}"
