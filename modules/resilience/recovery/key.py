"""The key of a stack's copies in a second region."""

from __future__ import annotations

from cdktf import TerraformProvider
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...kms.key import Key

# Of its alias, by which the recovery stack finds it.
PURPOSE = "recovery"


class RecoveryKey(Construct):
    """The KMS key in a second region that encrypts the replicas of a stack's secrets there.

    A key of that region: it outlives the primary's. Creates: the key, with the alias `alias/<base>-recovery`.

    Raises ProblemsError when `region` is the stack's own, or none of its `copy_regions`.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, region: str, protected: bool = True
    ) -> None:
        super().__init__(scope, id)
        provider = context.provider_in(region)
        if provider is None:
            why = refusal(
                got=f"{region}, the stack's own", allowed="another region", fix="name one of copy_regions"
            )
            raise ProblemsError.one(f"{self.node.path} region", why)
        self.region = region
        self.provider: TerraformProvider = provider
        self.arn = Key(
            self, "Default", context=context, purpose=PURPOSE, protected=protected, provider=provider
        ).arn
