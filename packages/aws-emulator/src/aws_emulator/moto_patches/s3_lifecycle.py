"""Lifecycle rules of S3 buckets."""

from __future__ import annotations

from typing import Any

from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from aws_emulator.moto_patches import Patch

_DAYS = "</NoncurrentDays></NoncurrentVersionExpiration>"


class PutBucketLifecycleConfiguration(Patch, of=FakeBucket):
    """NoncurrentVersionExpiration (Amazon S3 API Reference) has NewerNoncurrentVersions; moto drops it."""

    def set_lifecycle(self: Any, rules: list[dict[str, Any]]) -> None:
        """Keep how many noncurrent versions each rule retains."""
        PutBucketLifecycleConfiguration.moto.set_lifecycle(self, rules)
        for made, rule in zip(self.rules, rules, strict=True):
            expiration = rule.get("NoncurrentVersionExpiration") or {}
            made.newer_noncurrent_versions = expiration.get("NewerNoncurrentVersions")


class GetBucketLifecycleConfiguration(Patch, of=S3Response):
    """NewerNoncurrentVersions is answered where a rule was put with it; moto leaves it out."""

    def get_bucket_lifecycle(self: Any) -> Any:
        """Add the element beside NoncurrentDays, which moto writes in the order of the rules."""
        status, headers, body = GetBucketLifecycleConfiguration.moto.get_bucket_lifecycle(self)
        text = body.decode() if isinstance(body, bytes) else body
        first, *others = text.split(_DAYS)
        expiring = [
            rule for rule in self.backend.get_bucket_lifecycle(self.bucket_name) if rule.nve_noncurrent_days
        ]
        answered = first
        for rule, other in zip(expiring, others, strict=True):
            kept = getattr(rule, "newer_noncurrent_versions", None)
            element = f"<NewerNoncurrentVersions>{kept}</NewerNoncurrentVersions>" if kept else ""
            answered += f"</NoncurrentDays>{element}</NoncurrentVersionExpiration>{other}"
        return status, headers, answered
