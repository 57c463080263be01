"""Defaults of an account and of its regions, which hold for what is made by hand too."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.ebs_encryption_by_default import EbsEncryptionByDefault
from cdktf_cdktf_provider_aws.ebs_snapshot_block_public_access import EbsSnapshotBlockPublicAccess
from cdktf_cdktf_provider_aws.ec2_image_block_public_access import Ec2ImageBlockPublicAccess
from cdktf_cdktf_provider_aws.ec2_instance_metadata_defaults import Ec2InstanceMetadataDefaults
from cdktf_cdktf_provider_aws.emr_block_public_access_configuration import EmrBlockPublicAccessConfiguration
from cdktf_cdktf_provider_aws.iam_account_password_policy import IamAccountPasswordPolicy
from cdktf_cdktf_provider_aws.s3_account_public_access_block import S3AccountPublicAccessBlock
from constructs import Construct

from .settings import AccountDefaultSettings, RegionDefaultSettings


class AccountDefaults(Construct):
    """What holds for the whole account.

    Creates: the block of public access to all buckets of the account; the policy of IAM users' passwords.
    """

    def __init__(self, scope: Construct, id: str, *, settings: AccountDefaultSettings) -> None:
        super().__init__(scope, id)
        S3AccountPublicAccessBlock(
            self,
            "s3",
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        if settings.passwords:
            IamAccountPasswordPolicy(
                self,
                "passwords",
                minimum_password_length=settings.passwords.length,
                password_reuse_prevention=settings.passwords.remembered,
                require_lowercase_characters=True,
                require_numbers=True,
                require_symbols=True,
                require_uppercase_characters=True,
                allow_users_to_change_password=True,
            )


class RegionDefaults(Construct):
    """What holds for one region of the account.

    Creates: encryption of EBS by default; the blocks of public snapshots, images and EMR clusters; IMDSv2 as
    the only metadata service of new instances. Public access to VPCs is not blocked: load balancers need it.
    """

    def __init__(self, scope: Construct, id: str, *, settings: RegionDefaultSettings) -> None:
        super().__init__(scope, id)
        EbsEncryptionByDefault(self, "ebs", enabled=True)
        EbsSnapshotBlockPublicAccess(self, "snapshots", state="block-all-sharing")
        Ec2ImageBlockPublicAccess(self, "images", state="block-new-sharing")
        Ec2InstanceMetadataDefaults(
            self,
            "metadata",
            http_endpoint="enabled",
            http_tokens="required",
            http_put_response_hop_limit=settings.metadata_hops,
            instance_metadata_tags="no-preference",
        )
        EmrBlockPublicAccessConfiguration(self, "emr", block_public_security_group_rules=True)
