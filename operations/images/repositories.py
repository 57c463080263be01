"""What is in ECR's repositories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class StoredImage:
    """An image in a repository. `size` is in bytes, of its compressed layers."""

    digest: str
    tags: tuple[str, ...]
    pushed: datetime
    size: int | None  # None: an index of images
    findings: Mapping[str, int] | None  # of ECR's scan, by severity; None: not scanned


def read_repository(ecr: Any, name: str) -> tuple[StoredImage, ...] | None:
    """The images of a repository, newest first; None where there is no such repository."""
    try:
        pages = ecr.get_paginator("describe_images").paginate(repositoryName=name)
        details = [detail for page in pages for detail in page["imageDetails"]]
    except ecr.exceptions.RepositoryNotFoundException:
        return None
    found = (stored(detail) for detail in details)
    return tuple(sorted(found, key=lambda one: (one.pushed, one.digest), reverse=True))


def read_repositories(ecr: Any, names: Iterable[str]) -> dict[str, tuple[StoredImage, ...] | None]:
    """The images of several repositories, by name."""
    return {name: read_repository(ecr, name) for name in sorted(set(names))}


def tagged(images: Iterable[StoredImage] | None, tag: str | None) -> StoredImage | None:
    """The image that has a tag."""
    return next((one for one in images or () if tag in one.tags), None)


def stored(detail: Mapping[str, Any]) -> StoredImage:
    """An image as DescribeImages answers it (Amazon ECR API Reference, ImageDetail)."""
    return StoredImage(
        digest=detail["imageDigest"],
        tags=tuple(sorted(detail.get("imageTags", ()))),
        pushed=detail["imagePushedAt"],
        size=detail.get("imageSizeInBytes"),
        findings=detail.get("imageScanFindingsSummary", {}).get("findingSeverityCounts"),
    )
