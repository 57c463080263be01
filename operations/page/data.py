"""What holds data in a stack, how it is protected and backed up. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modules.terraform_json import blocks
from operations.plan.data_holding import DATA_HOLDING
from operations.synthesized import SynthesizedStack
from operations.synthesized.stack_json import ACCOUNT, Json

# They hold data by what they encrypt, keep logs, or come back from the code: each has its own list elsewhere.
_LEFT_OUT = ("aws_kms_key", "aws_kms_replica_key", "aws_cloudwatch_log_group", "aws_efs_access_point")

# What copies to another region, and its argument that names what is copied.
_REPLICATIONS = {
    "aws_s3_bucket_replication_configuration": "bucket",
    "aws_efs_replication_configuration": "source_file_system_id",
}


@dataclass(frozen=True, kw_only=True)
class DataRow:
    """A resource that holds data: what is lost with it, what keeps it, how it comes back."""

    address: str
    name: str
    lost: str
    protection: str
    backup: str


def data_rows(stack: SynthesizedStack) -> list[DataRow]:
    """The resources that hold data, by type and name."""
    return [
        DataRow(
            address=f"{kind}.{name}",
            name=_name(stack, name, body),
            lost=DATA_HOLDING[kind],
            protection=", ".join(_protection(body)) or "none",
            backup=", ".join(_backups(stack, kind, name, body)) or "none",
        )
        for kind in stack.kinds
        if kind in DATA_HOLDING and kind not in _LEFT_OUT
        for name, body in stack.resources(kind).items()
    ]


def _name(stack: SynthesizedStack, name: str, body: Json) -> str:
    named = body.get("identifier") or body.get("cluster_identifier") or body.get("replication_group_id")
    named = named or body.get("global_cluster_identifier") or body.get("name") or body.get("bucket")
    if named is None and (prefix := body.get("name_prefix")):
        # What AWS adds to it is known once it is applied.
        named = f"{prefix}…"
    named = named or body.get("tags", {}).get("Name")
    return stack.value(str(named or name)).replace(ACCOUNT, "<account>")


def _protection(body: Json) -> Iterator[str]:
    if any(one.get("prevent_destroy") for one in blocks(body.get("lifecycle"))):
        yield "no plan destroys it"
    if body.get("deletion_protection"):
        yield "AWS refuses its deletion"
    if any(body.get(name) for name in _ENCRYPTED):
        yield "encrypted with a key of the stack"


# Arguments that name a key, or say that there is one.
_ENCRYPTED = ("storage_encrypted", "encrypted", "kms_key_id", "kms_master_key_id")


def _backups(stack: SynthesizedStack, kind: str, name: str, body: Json) -> Iterator[str]:
    if days := body.get("backup_retention_period") or body.get("snapshot_retention_limit"):
        yield f"every day, kept for {days} days"
    if body.get("replicate_source_db"):
        yield "a replica"
    if policy := body.get("tags", {}).get("BackupPolicy"):
        yield f"by its tag BackupPolicy: {policy}"
    if kind == "aws_s3_bucket" and _versioned(stack, name):
        yield "versions of its objects"
    if body.get("replica"):
        yield "a copy in another region"
    for other, source in _REPLICATIONS.items():
        if any(f"{kind}.{name}." in str(one.get(source)) for one in stack.resources(other).values()):
            yield "a copy in another region"


def _versioned(stack: SynthesizedStack, name: str) -> bool:
    return any(
        f"aws_s3_bucket.{name}." in str(one.get("bucket"))
        and any(block.get("status") == "Enabled" for block in blocks(one.get("versioning_configuration")))
        for one in stack.resources("aws_s3_bucket_versioning").values()
    )
