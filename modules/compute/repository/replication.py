"""The replication of a registry's images to other regions."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.ecr_replication_configuration import (
    EcrReplicationConfiguration,
    EcrReplicationConfigurationReplicationConfiguration,
    EcrReplicationConfigurationReplicationConfigurationRule,
    EcrReplicationConfigurationReplicationConfigurationRuleDestination,
    EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter,
)
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from .settings import ReplicationSettings


class ImageReplication(Construct):
    """The replication of images to registries of the same account in other regions.

    An account has one for each region: create it in its own stack, never in an environment's. Creates: the
    replication configuration of the registry. The role that ECR needs for it is service-linked, and made by
    AWS with the configuration.

    Raises ProblemsError when a region is the stack's.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: ReplicationSettings) -> None:
        super().__init__(scope, id)
        if context.region in settings.prefixes:
            why = refusal(
                got=f"{context.region}, the stack's own", allowed="other regions", fix="drop it from prefixes"
            )
            raise ProblemsError.one(f"{self.node.path} prefixes", why)
        rules = [
            EcrReplicationConfigurationReplicationConfigurationRule(
                destination=[
                    EcrReplicationConfigurationReplicationConfigurationRuleDestination(
                        region=region, registry_id=context.account.id
                    )
                ],
                repository_filter=[
                    EcrReplicationConfigurationReplicationConfigurationRuleRepositoryFilter(
                        filter=prefix, filter_type="PREFIX_MATCH"
                    )
                    for prefix in prefixes
                ],
            )
            for region, prefixes in settings.prefixes.items()
        ]
        EcrReplicationConfiguration(
            self,
            "Default",
            replication_configuration=EcrReplicationConfigurationReplicationConfiguration(rule=rules),
        )
