"""Settings of the state backend. Pure."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from backend.keys import state_keys
from backend.s3_settings import S3Settings
from modules.errors import Problem, refusal
from modules.naming import Limit
from modules.settings import settings
from modules.values import MOST, BucketName, KeptVersions, Line


@settings
class StateBackendSettings:
    """The bucket, key and lock table of a `*.s3.tfbackend` file, and the policies of stacks.

    `stacks`: every stack of the catalogue, also if a synthesis selects only some; each gets a policy. A
    noncurrent version of a state expires after `old_version_days`, but the newest `old_versions_kept` are
    retained. `access_log_bucket`: an existing bucket for S3 server access logs. None by default: it would
    need the same protection, states are versioned, and CloudTrail records who reads and writes them.
    """

    s3: S3Settings
    stacks: tuple[Line, ...]
    old_version_days: Annotated[int, Field(ge=30, le=MOST)] = 90
    old_versions_kept: KeptVersions = 30
    access_log_bucket: BucketName | None = None

    def problems(self) -> Iterator[Problem]:
        """A key that can't be created here, names too long for IAM, duplicate stacks."""
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
        """The name of a stack's policy; unique, since bucket names are global."""
        return f"{self.s3.bucket}-{stack}"
