"""IAM Access Analyzer of an account in one region."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.accessanalyzer_analyzer import (
    AccessanalyzerAnalyzer,
    AccessanalyzerAnalyzerConfiguration,
    AccessanalyzerAnalyzerConfigurationUnusedAccess,
)
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .settings import AccessAnalyzerSettings


class AccessAnalyzer(Construct):
    """What others than the account can reach, and, where it is set, what nobody uses.

    Creates: the analyzer of external access in the region; with `with_global` and `unused_days`, that of
    unused access, which looks at IAM and is needed once.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: AccessAnalyzerSettings,
        with_global: bool,
    ) -> None:
        super().__init__(scope, id)
        AccessanalyzerAnalyzer(
            self,
            "external",
            analyzer_name=context.naming.of(Limit.ANALYZER, "external"),
            type="ACCOUNT",
        )
        if settings.unused_days and with_global:
            AccessanalyzerAnalyzer(
                self,
                "unused",
                analyzer_name=context.naming.of(Limit.ANALYZER, "unused"),
                type="ACCOUNT_UNUSED_ACCESS",
                configuration=AccessanalyzerAnalyzerConfiguration(
                    unused_access=AccessanalyzerAnalyzerConfigurationUnusedAccess(
                        unused_access_age=settings.unused_days
                    )
                ),
            )
