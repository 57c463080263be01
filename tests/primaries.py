"""What a recovery stack finds of its primary: applied before it, or stood in for where a plan is all."""

from __future__ import annotations

import json
import re
from typing import Any

from aws_emulator import Emulator

Json = dict[str, Any]
# Of no replicated backup: enough for a plan.
SOME_BACKUP = "arn:aws:rds:eu-central-1:123456789012:auto-backup:ab-0123456789abcdef"
_RESTORED = "restore_postgresql_from"


def stand_in(document: Json, emulator: Emulator) -> None:
    """Make what the data sources of a recovery stack look for, as its primary would have."""
    region, data = document["provider"]["aws"][0]["region"], document.get("data", {})
    for one in data.get("aws_secretsmanager_secrets", {}).values():
        (prefix,) = one["filter"][0]["values"]
        content = json.dumps(dict.fromkeys(_entries(document), "stands in for a value"))
        emulator.client("secretsmanager", region).create_secret(Name=f"{prefix}1", SecretString=content)
    kms = emulator.client("kms", region)
    for alias in sorted({one["name"] for one in data.get("aws_kms_alias", {}).values()}):
        kms.create_alias(AliasName=alias, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    for one in data.get("aws_route53_zone", {}).values():
        emulator.client("route53", "us-east-1").create_hosted_zone(
            Name=one["name"], CallerReference=one["name"]
        )


def _entries(document: Json) -> set[str]:
    """Every entry that an expression of a stack reads, and others that look like one."""
    return set(re.findall(r'\["([A-Z][A-Z0-9_]+)"\]', json.dumps(document).replace('\\"', '"')))


def variables(document: Json, emulator: Emulator | None = None) -> dict[str, str] | None:
    """The variables of a stack whose database is restored: from the newest copy of the emulator, or any."""
    if _RESTORED not in document.get("variable", {}):
        return None
    copy = SOME_BACKUP
    if emulator:
        rds = emulator.client("rds", document["provider"]["aws"][0]["region"])
        (found,) = rds.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"]
        copy = found["DBInstanceAutomatedBackupsArn"]
    return {_RESTORED: copy, "recovery_active": "true"}
