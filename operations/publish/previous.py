"""`infra publish STACK --previous`: the release before, from the versions that the bucket keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from operations.publish.comparison import fewer, paths_of
from operations.publish.kinds import Kind, kind_of
from operations.publish.record import Record, Release
from operations.publish.site import Read, Site, in_parallel


@dataclass(frozen=True, kw_only=True)
class Return:
    """The way back to a release."""

    release: Release
    copies: Mapping[Kind, tuple[tuple[str, str], ...]]  # keys and versions, in the order of upload
    removed: tuple[str, ...]  # files that only the later release has, but for hashed ones
    invalidate: tuple[str, ...]


def way_back(site: Site, read: Read, index_document: str, patterns: Sequence[str]) -> Return:
    """What leads back. Raises ProblemsError where there is no release before, or its versions are gone."""
    release = _target(site, read.record)
    with aws_errors(f"s3://{site.bucket}"):
        present = {one.key: one.version for one in in_parallel(site.head, site.sizes()) if one}
        wanted = {key: version for key, version in release.files.items() if present.get(key) != version}
        found = list(in_parallel(lambda one: site.head(*one), wanted.items()))
    if gone := [key for key, one in zip(wanted, found, strict=True) if one is None]:
        why = refusal(
            got=f"the release of {release.at[:16]}, of which {', '.join(gone[:5])} is gone",
            allowed="one whose versions the bucket still has",
            fix="build that commit again, and publish the folder",
        )
        raise ProblemsError.one(site.stack, why)
    kinds = {kind: tuple(one for one in wanted.items() if kind_of(one[0], patterns) is kind) for kind in Kind}
    later = {key for key in read.record.known() if key in present and key not in release.files}
    removed = sorted(key for key in later if kind_of(key, patterns) is not Kind.HASHED)
    touched = [key for kind in (Kind.OTHER, Kind.PAGE) for key, _ in kinds[kind]]
    paths = {*paths_of([*touched, *removed], index_document), *read.record.invalidate}
    return Return(release=release, copies=kinds, removed=tuple(removed), invalidate=fewer(paths))


def _target(site: Site, record: Record) -> Release:
    """The release to go back to: of a publication that was stopped, the one that was whole before it."""
    place = 0 if record.unfinished is not None else 1
    if len(record.releases) > place and all(record.releases[place].files.values()):
        return record.releases[place]
    why = refusal(
        got="no release before",
        allowed="a website that infra publish has filled twice, in a bucket with versions",
        fix="build the commit that you want, and publish the folder",
    )
    raise ProblemsError.one(site.stack, why)
