"""Replication configurations of S3 buckets."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import MissingBucket, ReplicationConfigurationNotFoundError, S3ClientError
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from aws_emulator.moto_patches import Patch

Rule = dict[str, Any]


class PutBucketReplication(Patch, of=S3Backend):
    """PutBucketReplication (Amazon S3 API Reference): each destination is a bucket with versioning, a rule
    with Filter states DeleteMarkerReplication, and KMS-encrypted objects need ReplicaKmsKeyID; moto takes
    every rule.
    """

    def put_bucket_replication(self: Any, bucket_name: str, replication: dict[str, Any]) -> None:
        """Refuse what S3 refuses, then keep the rules."""
        rules = replication["Rule"]
        for rule in [rules] if isinstance(rules, dict) else rules:
            if why := _refusal(self, rule):
                raise S3ClientError("InvalidRequest", why)
        PutBucketReplication.moto.put_bucket_replication(self, bucket_name, replication)


class GetBucketReplication(Patch, of=S3Response):
    """GetBucketReplication (Amazon S3 API Reference) answers the rules as they were put; moto answers that
    delete markers are not replicated, an empty prefix, and no SourceSelectionCriteria.
    """

    def get_bucket_replication(self: Any) -> Any:
        """Answer with what was put."""
        self.data["Action"] = "GetBucketReplication"
        replication = self.backend.get_bucket_replication(self.bucket_name)
        if not replication:
            raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
        rules = [_answered(rule) for rule in replication["Rule"]]
        answer = {"ReplicationConfiguration": {"Role": replication["Role"], "Rules": rules}}
        return self.serialized(ActionResult(answer))


def _refusal(backend: Any, rule: Rule) -> str | None:
    try:
        bucket = backend.get_bucket(rule["Destination"]["Bucket"].rpartition(":")[2])
    except MissingBucket:
        return "Destination bucket must exist."
    if not bucket.is_versioned:
        return "Destination bucket must have versioning enabled."
    if "Filter" in rule and "DeleteMarkerReplication" not in rule:
        return (
            "DeleteMarkerReplication must be specified for this version of Cross Region Replication "
            "configuration schema."
        )
    criteria = rule.get("SourceSelectionCriteria") or {}
    encrypted = (criteria.get("SseKmsEncryptedObjects") or {}).get("Status") == "Enabled"
    if encrypted and not (rule["Destination"].get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID"):
        return "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present."
    return None


def _answered(rule: Rule) -> Rule:
    """A rule as it was put: elements of XML are texts, and one without content is None."""
    answered = {name: element for name, element in rule.items() if element is not None}
    answered["Priority"] = int(rule["Priority"])
    if "Filter" in rule:
        given = rule["Filter"] or {}
        answered["Filter"] = {name: "" if value is None else value for name, value in given.items()}
        if both := given.get("And"):
            tags = both.get("Tag") or []
            tags = [tags] if isinstance(tags, dict) else tags
            answered["Filter"]["And"] = {"Prefix": both.get("Prefix") or "", "Tags": tags}
    destination = dict(rule["Destination"])
    for name, member in (("Metrics", "EventThreshold"), ("ReplicationTime", "Time")):
        one = destination.get(name) or {}
        if minutes := (one.get(member) or {}).get("Minutes"):
            destination[name] = {**one, member: {"Minutes": int(minutes)}}
    answered["Destination"] = destination
    return answered
