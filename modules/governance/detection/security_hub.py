"""Security Hub of an account in one region."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.securityhub_account import SecurityhubAccount
from cdktf_cdktf_provider_aws.securityhub_standards_subscription import SecurityhubStandardsSubscription
from constructs import Construct

from ...context import Context
from .settings import SecurityHubSettings


class SecurityHub(Construct):
    """Security Hub with the standards of the settings, and no others. Its checks need AWS Config (`after`).

    Creates: the account's Security Hub in the region, with one finding for a control of several standards; a
    subscription of each standard.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: SecurityHubSettings,
        after: Sequence[ITerraformDependable] = (),
    ) -> None:
        super().__init__(scope, id)
        hub = SecurityhubAccount(
            self,
            "Default",
            auto_enable_controls=True,
            control_finding_generator="SECURITY_CONTROL",
            enable_default_standards=False,
            depends_on=list(after) or None,
        )
        partition, region = context.account.partition, context.region
        for standard in settings.standards:
            SecurityhubStandardsSubscription(
                self,
                standard.replace("/v/", "-").replace(".", "-"),
                standards_arn=f"arn:{partition}:securityhub:{region}::standards/{standard}",
                depends_on=[hub],
            )
