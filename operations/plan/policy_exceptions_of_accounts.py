"""The findings of checkov about the stacks of accounts that are accepted, each with the reason. Pure."""

from __future__ import annotations

from operations.plan.accepted import Accepted

_MODULES = ("modules/governance",)
_LOGS = ("aws_s3_bucket.trail_bucket_*", "aws_s3_bucket.config_bucket_*")

ACCOUNTS: tuple[Accepted, ...] = (
    Accepted(
        check="CKV2_AWS_10",  # the trail in CloudWatch Logs
        modules=_MODULES,
        resources=("aws_cloudtrail.*",),
        reason="EventBridge has the same events within minutes, and tells of those that matter, without a "
        "second copy that CloudWatch charges by the gigabyte.",
    ),
    Accepted(
        check="CKV_AWS_252",  # a topic of the trail
        modules=_MODULES,
        resources=("aws_cloudtrail.*",),
        reason="The topic would be told of every log file, every few minutes. What matters in them is told "
        "by rules of EventBridge.",
    ),
    Accepted(
        check="CKV_AWS_18",  # access logs of the bucket
        modules=_MODULES,
        resources=_LOGS,
        reason="The trail records who reads or deletes its own files, as data events, and whoever lists or "
        "changes the buckets, as management events.",
    ),
    Accepted(
        check="CKV_AWS_144",  # copied to another region
        modules=_MODULES,
        resources=_LOGS,
        reason="Nobody can delete what the trail wrote; losing the region for good is what is left, in which "
        "the resources that are told of are lost too. AWS Config's history can be taken anew.",
    ),
    Accepted(
        check="CKV2_AWS_3",  # GuardDuty for an organization
        modules=_MODULES,
        resources=("aws_guardduty_detector.*",),
        reason="The account may be in no organization. Where it is in one that has GuardDuty, the part is "
        "switched off here, with its reason.",
    ),
    Accepted(
        check="CKV2_AWS_48",  # Config records everything
        modules=_MODULES,
        resources=("aws_config_configuration_recorder.*",),
        reason="It does, but for types of IAM, which are global: they are recorded in the account's first "
        'region alone, else each is paid for in every region (AWS Config developer guide, "Recording AWS '
        'Resources").',
    ),
    Accepted(
        check="CKV_AWS_9",  # passwords that expire
        modules=_MODULES,
        resources=("aws_iam_account_password_policy.*",),
        reason="NIST SP 800-63B advises against it, and CIS has dropped it: people who must change a "
        "password often take a worse one. It is long, and none of the last ones is taken again.",
    ),
)
