"""Taking files out of CloudFront's caches, and waiting until they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from backend.aws_errors import aws_errors
from operations.publish.site import Site

# More than 3,000 files or 15 paths with a wildcard in progress for one distribution (Amazon CloudFront
# Developer Guide, "Concurrent invalidation request maximum").
_TOO_MANY = "TooManyInvalidationsInProgress"
POLL_SECONDS = 3.0


def create(
    site: Site, paths: Sequence[str], reference: str, *, minutes: int, waiting: Callable[[str], object]
) -> str | None:
    """Create an invalidation; its id, or None where others were in progress for longer than `minutes`.

    `reference` makes a repeated request the same invalidation.
    """
    from botocore.exceptions import ClientError

    batch = {"Paths": {"Quantity": len(paths), "Items": [*paths]}, "CallerReference": reference}
    until = time.monotonic() + 60 * minutes
    with aws_errors(f"distribution {site.distribution}"):
        while True:
            try:
                made = site.cloudfront.create_invalidation(
                    DistributionId=site.distribution, InvalidationBatch=batch
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != _TOO_MANY:
                    raise
                if time.monotonic() >= until:
                    return None
                waiting("for other invalidations of the distribution")
                time.sleep(POLL_SECONDS)
            else:
                return str(made["Invalidation"]["Id"])


def wait(site: Site, invalidation: str, *, minutes: int) -> bool:
    """Wait until an invalidation is completed; False where it takes longer than `minutes`."""
    until = time.monotonic() + 60 * minutes
    while True:
        with aws_errors(f"invalidation {invalidation}"):
            found: Any = site.cloudfront.get_invalidation(DistributionId=site.distribution, Id=invalidation)
        if found["Invalidation"]["Status"] == "Completed":
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(POLL_SECONDS)
