"""Invalidations of CloudFront: their status, how many at once, and what is repeated."""

from __future__ import annotations

from typing import Any

from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import CloudFrontBackend, Invalidation
from moto.cloudfront.responses import CloudFrontResponse

from aws_emulator.moto_patches import Patch

_IN_PROGRESS, _COMPLETED = "InProgress", "Completed"
# Amazon CloudFront Developer Guide, "Concurrent invalidation request maximum": 3,000 files and 15 paths with
# a wildcard in progress at one time for each distribution.
_FILES, _WILDCARDS = 3000, 15
# How often GetInvalidation says InProgress: whoever does not wait is found out, and nobody waits long.
_LOOKS = 2


class InvalidationStatus(Patch, of=Invalidation):
    """Invalidation (Amazon CloudFront API Reference): "When the invalidation batch is completed, the status
    is Completed"; moto says COMPLETED, and at once."""

    def __init__(self: Any, *given: Any) -> None:
        """Begin in progress."""
        InvalidationStatus.moto.__init__(self, *given)  # type: ignore[misc]
        self.status, self.looks = _IN_PROGRESS, 0


class CreateInvalidation(Patch, of=CloudFrontBackend):
    """CreateInvalidation (Amazon CloudFront API Reference): InvalidArgument, TooManyInvalidationsInProgress,
    and for a CallerReference that was used InvalidationBatchAlreadyExists, or the same invalidation where
    "the content of the InvalidationBatch is identical"; moto takes everything, and creates each again."""

    def create_invalidation(self: Any, dist_id: str, paths: list[str], caller_ref: str) -> Any:
        """Refuse or repeat it as CloudFront would."""
        self.get_distribution(dist_id)  # NoSuchDistribution
        if wrong := [one for one in paths if not one.startswith("/")]:
            what = f"Your request contains one or more invalid invalidation paths: {wrong[0]}"
            raise CloudFrontException("InvalidArgument", what)
        known = self.invalidations.get(dist_id) or []
        if same := next((one for one in known if one.caller_ref == caller_ref), None):
            if sorted(same.paths) == sorted(paths):
                return same
            what = "The specified caller reference was used with another invalidation batch."
            raise CloudFrontException("InvalidationBatchAlreadyExists", what)
        running = [path for one in known if one.status == _IN_PROGRESS for path in one.paths]
        wildcards = sum(path.endswith("*") for path in (*running, *paths))
        if wildcards > _WILDCARDS or len(running) + len(paths) - wildcards > _FILES:
            what = "Processing your request will cause you to exceed the maximum number of invalidations."
            raise CloudFrontException("TooManyInvalidationsInProgress", what)
        return CreateInvalidation.moto.create_invalidation(self, dist_id, paths, caller_ref)

    def get_invalidation(self: Any, dist_id: str, id: str) -> Any:
        """Complete it at last."""
        found = CreateInvalidation.moto.get_invalidation(self, dist_id, id)
        found.looks += 1
        if found.looks > _LOOKS:
            found.status = _COMPLETED
        return found


class PathsOfInvalidation(Patch, of=CloudFrontResponse):
    """Paths (Amazon CloudFront API Reference): Quantity is "the number of invalidation paths specified";
    InconsistentQuantities where it is not. moto does not look at it."""

    def create_invalidation(self: Any) -> Any:
        """Refuse another quantity."""
        paths = self._get_param("InvalidationBatch.Paths.Items", []) or []
        if self._get_int_param("InvalidationBatch.Paths.Quantity") != len(paths) or not paths:
            what = "The value of Quantity and the size of Items don't match."
            raise CloudFrontException("InconsistentQuantities", what)
        return PathsOfInvalidation.moto.create_invalidation(self)
