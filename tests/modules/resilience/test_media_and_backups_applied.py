"""Media in two regions and backups applied: nothing left to do afterwards, changes arrive, all can go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aws_emulator import Emulator
from modules.edge.distribution.settings import CacheBehavior
from modules.edge.media.settings import MediaDistributionSettings
from modules.edge.media.signed_access import SignedAccess
from modules.resilience.backup.settings import DAILY, WEEKLY, BackupSettings, RestoreTesting
from modules.resilience.backup.vault_lock import VaultLock
from modules.storage.media.settings import MediaSettings, Replica
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION, OTHER = "eu-west-1", "eu-central-1"
DOMAIN = "media.example.com"
TAGS = {"Service": "platform", "Environment": "test"}
THUMBNAILS = CacheBehavior(name="thumbnails", path="/thumbnails/*", ttl=300)


def public_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


FORMER, KEPT, NEW = public_key(), public_key(), public_key()
MEDIA = MediaSettings(
    protected=False,
    origins=("https://shop.example.com",),
    expire_days={"uploads/": 90},
    replica=Replica(region=OTHER),
)
DISTRIBUTION = MediaDistributionSettings(
    protected=False,
    domains=(DOMAIN,),
    behaviors=(THUMBNAILS,),
    signed=SignedAccess(public_keys={"former": FORMER, "kept": KEPT}, open_behaviors=("thumbnails",)),
)
BACKUPS = BackupSettings(
    protected=False,
    plans={"daily": (DAILY, replace(WEEKLY, copy_days=30)), "weekly": (WEEKLY,)},
    copy_region=OTHER,
    restore_testing=RestoreTesting(resource_types=("RDS", "EFS")),
)
# One key less and another in its place, no failover, no copies, another lock, a plan and a kind less.
CHANGED = (
    replace(MEDIA, expire_days={"uploads/": 30}, replica=Replica(region=OTHER, deletions=False)),
    replace(DISTRIBUTION, behaviors=(), failover=False, signed=SignedAccess(public_keys={"kept": NEW})),
    replace(
        BACKUPS,
        plans={"daily": (replace(DAILY, keep_days=14),)},
        copy_region=None,
        lock=VaultLock(min_days=14),
        restore_testing=RestoreTesting(resource_types=("RDS",), validation_window_hours=4),
    ),
)


def fill(
    media: MediaSettings, distribution: MediaDistributionSettings, backups: BackupSettings
) -> Callable[[Any, Any], None]:
    """What puts the modules with these settings on a stack."""

    def build(stack: Any, context: Any) -> None:
        from modules.dns.certificate import Certificate
        from modules.dns.settings import HostedZoneSettings
        from modules.dns.zone import HostedZone
        from modules.edge.distribution.address import SiteAddress
        from modules.edge.media.media import MediaDistribution
        from modules.resilience.backup.backup import Backups
        from modules.storage.media.media import Media
        from modules.tagging import Tags

        given: Any = {"context": replace(context, tags=Tags(policy=context.tags.policy, values=TAGS))}
        zone = HostedZone(
            stack, "zone", settings=HostedZoneSettings(domain="example.com", protected=False), **given
        )
        certificate = Certificate(stack, "certificate", zone=zone, **given)
        MediaDistribution(
            stack,
            "files",
            media=Media(stack, "media", settings=media, **given),
            settings=distribution,
            address=SiteAddress(zone=zone, certificate=certificate),
            **given,
        )
        metadata: Any = {"RDS": {"dbSubnetGroupName": "shop"}}
        Backups(stack, "backups", settings=backups, restore_metadata=metadata, **given)

    return build


def test_media_and_backups_through_their_life(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    synthesize_module(fill(MEDIA, DISTRIBUTION, BACKUPS), tmp_path)
    terraform.init()
    terraform.apply()
    assert terraform.plan().empty
    first = Seen(emulator)
    assert (first.deletions, first.keys, first.origins) == ("Enabled", {FORMER, KEPT}, 2)
    assert first.selected == {"daily": ["daily", "weekly"], "weekly": ["weekly"]}
    assert (first.locked, first.copied, first.tested) == (VaultLock().min_days, 1, {"rds", "efs"})

    synthesize_module(fill(*CHANGED), tmp_path)
    terraform.apply()
    assert terraform.plan().empty
    then = Seen(emulator)
    assert (then.deletions, then.keys, then.origins) == ("Disabled", {NEW}, 1)
    assert then.selected == {"daily": ["daily"]}
    assert (then.locked, then.copied, then.tested) == (14, 0, {"rds"})

    terraform.destroy(refresh=False)
    assert emulator.client("s3", REGION).list_buckets()["Buckets"] == []
    assert emulator.client("backup", REGION).list_backup_vaults()["BackupVaultList"] == []
    assert emulator.client("cloudfront", "us-east-1").list_public_keys()["PublicKeyList"]["Quantity"] == 0


class Seen:
    """What the account has, as its APIs answer."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.deletions, self.keys, self.origins = self._media()
        self.locked, self.copied = self._vaults()
        self.selected = self._plans()
        self.tested = self._tests()

    def client(self, service: str, region: str = REGION) -> Any:
        return self._emulator.client(service, region)

    def _media(self) -> tuple[str, set[str], int]:
        s3, cloudfront = self.client("s3"), self.client("cloudfront", "us-east-1")
        names = [one["Name"] for one in s3.list_buckets()["Buckets"]]
        (source,) = [one for one in names if "media-1" in one and one.endswith(REGION)]
        (rule,) = s3.get_bucket_replication(Bucket=source)["ReplicationConfiguration"]["Rules"]
        keys = cloudfront.list_public_keys()["PublicKeyList"].get("Items", [])
        (distribution,) = cloudfront.list_distributions()["DistributionList"]["Items"]
        return (
            rule["DeleteMarkerReplication"]["Status"],
            {key["EncodedKey"] for key in keys},
            distribution["Origins"]["Quantity"],
        )

    def _vaults(self) -> tuple[int, int]:
        (vault,) = self.client("backup").list_backup_vaults()["BackupVaultList"]
        copies = self.client("backup", OTHER).list_backup_vaults()["BackupVaultList"]
        return vault["MinRetentionDays"], len(copies)

    def _plans(self) -> dict[str, list[str]]:
        """Value of the tag → names of the rules by which its resources are backed up."""
        backup, found = self.client("backup"), {}
        for listed in backup.list_backup_plans()["BackupPlansList"]:
            plan = listed["BackupPlanId"]
            (one,) = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
            selection = backup.get_backup_selection(BackupPlanId=plan, SelectionId=one["SelectionId"])
            asked = selection["BackupSelection"]["Conditions"]["StringEquals"]
            values = {tag["ConditionKey"]: tag["ConditionValue"] for tag in asked}
            rules = backup.get_backup_plan(BackupPlanId=plan)["BackupPlan"]["Rules"]
            found[values["aws:ResourceTag/BackupPolicy"]] = sorted(rule["RuleName"] for rule in rules)
        return found

    def _tests(self) -> set[str]:
        backup, plan = self.client("backup"), "shop_test_backups"
        found = set()
        for name in ("rds", "efs", "s3"):
            try:
                backup.get_restore_testing_selection(
                    RestoreTestingPlanName=plan, RestoreTestingSelectionName=f"{plan}_{name}"
                )
            except backup.exceptions.ResourceNotFoundException:
                continue
            found.add(name)
        return found
