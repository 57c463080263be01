"""S3 Object Lock. Pages are of the Amazon S3 API Reference."""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import AccessDeniedByLock
from moto.s3.models import S3Backend

from aws_emulator.moto_patches import Patch

_COMPLIANCE = "COMPLIANCE"


class GetObjectLockConfiguration(Patch, of=S3Backend):
    """GetObjectLockConfiguration shows the default retention in days or in years, as it was put; moto shows
    both, one of them as 0.
    """

    def get_object_lock_configuration(self: Any, bucket_name: str) -> tuple[Any, ...]:
        """Whether it is on, the mode, the days, the years."""
        found = GetObjectLockConfiguration.moto.get_object_lock_configuration(self, bucket_name)
        enabled, mode, days, years = found
        return enabled, mode, days or None, years or None


class PutObjectRetention(Patch, of=S3Backend):
    """PutObjectRetention in compliance mode: "its retention mode can't be changed, and its retention period
    can't be shortened" (Amazon S3 user guide, "Locking objects with Object Lock"); moto does both.
    """

    def put_object_retention(
        self: Any, bucket_name: str, key_name: str, version_id: str | None, retention: Any
    ) -> None:
        """A longer time in the same mode; anything before the first."""
        key = self.get_object(bucket_name, key_name, version_id=version_id)
        if key is not None and key.lock_mode == _COMPLIANCE and key.is_locked(governance_bypass=True):
            mode, until = retention
            # Both in UTC, as text of the same form.
            if mode != _COMPLIANCE or str(until)[:19] < str(key.lock_until)[:19]:
                raise AccessDeniedByLock
        PutObjectRetention.moto.put_object_retention(self, bucket_name, key_name, version_id, retention)
