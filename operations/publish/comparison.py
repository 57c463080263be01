"""What a publication changes: a folder compared with what the bucket has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import quote

from operations.publish.folder import LocalFile
from operations.publish.kinds import Kind
from operations.publish.record import Record, days_since

# Above this many paths whole folders are invalidated, above it again everything: each path beyond the first
# 1,000 of a month is billed, and a path that ends with * counts once (Amazon CloudFront Developer Guide,
# "Pay for file invalidation").
MOST_PATHS = 10


class Action(StrEnum):
    """What happens to a file."""

    NEW = "new"
    CHANGED = "changed"
    HEADERS = "headers"  # the contents stay, what they are served with changes
    SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Object:
    """An object of the bucket; headers as PutObject's arguments. `sha256` is None where S3 has none of it."""

    key: str
    size: int
    version: str = ""
    sha256: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A file of the folder, and what is done with it."""

    file: LocalFile
    action: Action
    version: str = ""  # of the object that the bucket has; "" for a new one


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that one publication does, in the order in which it is done."""

    compared: tuple[Compared, ...]
    removed: tuple[str, ...]  # left the site, and are deleted now
    retired: Mapping[str, str]  # hashed files that left it, kept for open tabs, and since when
    strangers: tuple[str, ...]  # in the bucket, and no publication has put them there
    invalidate: tuple[str, ...]

    @property
    def uploads(self) -> tuple[Compared, ...]:
        """The files that are uploaded."""
        return tuple(one for one in self.compared if one.action is not Action.SAME)

    def of(self, kind: Kind) -> tuple[Compared, ...]:
        """The files of one kind that are uploaded."""
        return tuple(one for one in self.uploads if one.file.kind is kind)

    @property
    def overwritten(self) -> tuple[str, ...]:
        """Hashed files whose contents change under the same name, which browsers keep for a year."""
        return tuple(one.file.key for one in self.of(Kind.HASHED) if one.action is Action.CHANGED)


def compare(file: LocalFile, found: Object | None) -> Compared:
    """A file with the object of its key. An object without a SHA-256, of another program's, is replaced.

    The file's checksum is computed here, so that what is uploaded later is what was compared.
    """
    sha256 = file.sha256
    if found is None:
        return Compared(file=file, action=Action.NEW)
    if found.size != file.size or found.sha256 != sha256:
        action = Action.CHANGED
    else:
        action = Action.SAME if found.headers == file.headers else Action.HEADERS
    return Compared(file=file, action=action, version=found.version)


def changes(
    compared: Iterable[Compared],
    present: Iterable[str],
    record: Record,
    *,
    now: datetime,
    keep_days: int,
    is_hashed: Callable[[str], bool],
    index_document: str,
) -> Changes:
    """All that a publication changes. `present` are the keys of the bucket."""
    wanted = tuple(compared)
    left = sorted({*present} - {one.file.key for one in wanted})
    hashed = {key: record.retired.get(key, now.isoformat()) for key in left if is_hashed(key)}
    expired = {key for key, since in hashed.items() if days_since(since, now) >= keep_days}
    gone = {key for key in left if key not in hashed and key in record.known()}
    touched = {one.file.key for one in wanted if one.action in {Action.CHANGED, Action.HEADERS}} | gone
    paths = {*paths_of(touched, index_document), *record.invalidate}
    return Changes(
        compared=wanted,
        removed=tuple(sorted(expired | gone)),
        retired={key: since for key, since in hashed.items() if key not in expired},
        strangers=tuple(key for key in left if key not in hashed and key not in gone),
        invalidate=fewer(paths),
    )


def paths_of(keys: Iterable[str], index_document: str) -> set[str]:
    """The paths of keys that the caches may have; `/`, another key there, is the index document too."""
    paths = {f"/{quote(key)}" for key in keys}
    return {*paths, "/"} if f"/{quote(index_document)}" in paths else paths


def fewer(paths: Iterable[str]) -> tuple[str, ...]:
    """The same paths, or fewer that cover them: whole folders, then everything."""
    found = sorted(paths)
    if len(found) <= MOST_PATHS:
        return tuple(found)
    folders = {_folder(one) for one in found}
    return tuple(sorted(folders)) if len(folders) <= MOST_PATHS else ("/*",)


def _folder(path: str) -> str:
    parts = PurePosixPath(path).parts  # "/", the first folder, …
    return f"/{parts[1]}/*" if len(parts) > 2 else path  # below a folder
