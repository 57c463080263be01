"""AWS Config of an account in one region."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cdktf_cdktf_provider_aws.config_config_rule import ConfigConfigRule, ConfigConfigRuleSource
from cdktf_cdktf_provider_aws.config_configuration_recorder import (
    ConfigConfigurationRecorder,
    ConfigConfigurationRecorderRecordingGroup,
    ConfigConfigurationRecorderRecordingMode,
)
from cdktf_cdktf_provider_aws.config_configuration_recorder_status import ConfigConfigurationRecorderStatus
from cdktf_cdktf_provider_aws.config_delivery_channel import ConfigDeliveryChannel
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...kms.key import Key
from ...naming import Limit
from ...storage.bucket.bucket import Bucket
from ...storage.bucket.settings import BucketSettings, LifecycleRule
from .config_rules import ManagedRule
from .settings import ConfigSettings

_SERVICE = "config.amazonaws.com"
# Security Hub's control Config.1 asks for it (AWS Security Hub user guide).
_ROLE = f"role/aws-service-role/{_SERVICE}/AWSServiceRoleForConfig"


class Config(Construct):
    """The recorder of an account's resources in one region, which has one at most, and rules.

    Creates: the recorder of all types of resources, those of IAM in one region of the account alone
    (`with_global`); the delivery channel; its bucket and KMS key; the rules. The recorder takes AWS Config's
    service-linked role, which must exist. The bucket has no lock: Config delivers to none that locks by
    default (AWS Config developer guide, "Managing the Delivery Channel").
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, settings: ConfigSettings, with_global: bool
    ) -> None:
        super().__init__(scope, id)
        self._context = context
        self._create_bucket(settings)
        name = context.naming.base
        recorder = ConfigConfigurationRecorder(
            self,
            "recorder",
            name=name,
            role_arn=context.account.arn("iam", _ROLE, region=""),
            recording_group=ConfigConfigurationRecorderRecordingGroup(
                all_supported=True, include_global_resource_types=with_global
            ),
            recording_mode=ConfigConfigurationRecorderRecordingMode(recording_frequency=settings.frequency),
        )
        # AWS Config API: a channel needs a recorder, and a recorder starts with a channel only.
        channel = ConfigDeliveryChannel(
            self,
            "channel",
            name=name,
            s3_bucket_name=self.bucket.name,
            s3_kms_key_arn=self._key.arn,
            depends_on=[recorder, self.bucket.policy],
        )
        self.status = ConfigConfigurationRecorderStatus(
            self, "status", name=recorder.name, is_enabled=True, depends_on=[channel]
        )
        for rule in settings.rules:
            self._create_rule(rule)

    def _create_bucket(self, settings: ConfigSettings) -> None:
        self._key = Key(
            self,
            "key",
            context=self._context,
            purpose="config",
            statements=[self._encrypt()],
            protected=settings.protected,
        )
        self.bucket = Bucket(
            self,
            "bucket",
            context=self._context,
            # Short, since a stack's name may have its region already; the account has one in each region.
            fixed_name=f"{self._context.naming.product}-config-{self._context.account.id}-"
            f"{self._context.region}",
            key_arn=self._key.arn,
            settings=BucketSettings(
                protected=settings.protected,
                lifecycle=(
                    LifecycleRule(name="expire", expire_days=settings.keep_days, expire_noncurrent_days=30),
                ),
            ),
        )
        self.bucket.allow(*self._bucket_statements())

    def _encrypt(self) -> Statement:
        # AWS Config developer guide, "Permissions for the KMS Key": with the service-linked role, Config
        # delivers as its service principal.
        return Statement(
            sid="Encrypt",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],
            services=[_SERVICE],
            conditions={"StringEquals": {"aws:SourceAccount": self._context.account.id}},
            wildcard_reason="in a key's policy, * is the key itself",
        )

    def _bucket_statements(self) -> Iterator[Statement]:
        # AWS Config developer guide, "Permissions for the Amazon S3 Bucket".
        account = self._context.account.id
        yield Statement(
            sid="Check",
            actions=["s3:GetBucketAcl", "s3:ListBucket"],
            resources=[self.bucket.arn],
            services=[_SERVICE],
            conditions={"StringEquals": {"aws:SourceAccount": account}},
        )
        yield Statement(
            sid="Write",
            actions=["s3:PutObject"],
            resources=[f"{self.bucket.arn}/AWSLogs/{account}/Config/*"],
            services=[_SERVICE],
            conditions={
                "StringEquals": {
                    "s3:x-amz-acl": "bucket-owner-full-control",
                    "aws:SourceAccount": account,
                }
            },
        )

    def _create_rule(self, rule: ManagedRule) -> None:
        ConfigConfigRule(
            self,
            rule.name,
            name=self._context.naming.of(Limit.CONFIG_RULE, rule.name),
            description=rule.reason,
            source=ConfigConfigRuleSource(owner="AWS", source_identifier=rule.identifier),
            input_parameters=json.dumps(dict(rule.parameters)) if rule.parameters else None,
            maximum_execution_frequency=rule.every,
            depends_on=[self.status],
        )
