"""The folder that a build wrote: what is published of it, what is left out, what is wrong with it."""

from __future__ import annotations

import os
import unicodedata
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import file_digest
from pathlib import Path

from modules.errors import Problem, ProblemsError, refusal
from operations.publish.kinds import CACHE_CONTROL, Kind, content_encoding_of, content_type_of, kind_of

# Amazon S3 User Guide: a key's "UTF-8 encoding is at most 1,024 bytes long", and "the largest object that can
# be uploaded in a single PUT is 5 GB".
_LONGEST_KEY = 1024
_LARGEST = 5 * 1024**3
_LITTER = {"desktop.ini", "thumbs.db"}
# A hidden folder that browsers and others ask for (RFC 8615).
_WELL_KNOWN = ".well-known"
HIDDEN, MAPS, COPIES = "hidden", "source maps", "compressed copies"


@dataclass(frozen=True, kw_only=True)
class LocalFile:
    """A file to be published: its key in the bucket and the headers with which it is served."""

    key: str
    path: Path
    size: int  # bytes
    kind: Kind
    headers: dict[str, str] = field(default_factory=dict)  # arguments of PutObject

    @cached_property
    def sha256(self) -> str:
        """The checksum as S3 has it, in base64."""
        with self.path.open("rb") as file:
            return b64encode(file_digest(file, "sha256").digest()).decode()


@dataclass(frozen=True, kw_only=True)
class Folder:
    """What a folder has: its files in the order of their keys, and what is left out, by the reason."""

    files: tuple[LocalFile, ...]
    excluded: dict[str, tuple[str, ...]]


def read_folder(
    folder: Path, *, index_document: str, patterns: Sequence[str] = (), source_maps: bool = False
) -> Folder:
    """Read a folder. Raises ProblemsError with all that is wrong with it."""
    if problem := _problem_of(folder, index_document):
        raise ProblemsError([problem])
    problems: list[Problem] = []
    found: dict[str, Path] = {}
    excluded: dict[str, list[str]] = {}
    for path in _paths(folder, excluded, problems):
        key = unicodedata.normalize("NFC", path.relative_to(folder).as_posix())
        if why := _refusal_of(path, folder, key, found):
            problems.append(Problem(where=ascii(path.relative_to(folder).as_posix())[1:-1], what=why))
        else:
            found[key] = path
    if problems:
        raise ProblemsError(problems)
    reasons = {key: _left_out(key, found, source_maps=source_maps) for key in sorted(found)}
    for key, reason in reasons.items():
        if reason:
            excluded.setdefault(reason, []).append(key)
    files = tuple(_file(key, found[key], patterns) for key, reason in reasons.items() if not reason)
    return Folder(files=files, excluded={reason: tuple(keys) for reason, keys in excluded.items()})


def _problem_of(folder: Path, index_document: str) -> Problem | None:
    where = str(folder)
    if not folder.is_dir():
        got = "a file" if folder.exists() else "no folder of this name"
        return Problem(where=where, what=_refused(got, "the folder that the build wrote, such as dist"))
    # A project of Vite has an index.html too, which names its sources.
    if (folder / "package.json").is_file() and (folder / "node_modules").is_dir():
        got = "a project, with package.json and node_modules"
        return Problem(where=where, what=_refused(got, "the folder that its build writes, such as dist"))
    if not (folder / index_document).is_file():
        got = f"no {index_document}" if any(folder.iterdir()) else "an empty folder"
        return Problem(where=where, what=_refused(got, f"a built frontend, with {index_document}"))
    if not (folder / index_document).stat().st_size:
        return Problem(where=index_document, what=_refused("an empty page", "one with contents"))
    return None


def _refused(got: str, allowed: str) -> str:
    return refusal(got=got, allowed=allowed, fix="build it, and name the folder that the build wrote")


def _paths(folder: Path, excluded: dict[str, list[str]], problems: list[Problem]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        # Left out, its files would be deleted from the website as if the build had them no longer.
        path = Path(error.filename).relative_to(folder).as_posix()
        why = refusal(
            got=f"{error.strerror}", allowed="a folder that can be read", fix="allow it: chmod -R u+rX"
        )
        problems.append(Problem(where=path, what=why))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        here = Path(place)
        for name in sorted(names):
            if _is_hidden(name):
                excluded.setdefault(HIDDEN, []).append((here / name).relative_to(folder).as_posix())
            else:
                yield here / name
        for name in sorted(folders):
            path = (here / name).relative_to(folder).as_posix()
            if _is_hidden(name):
                excluded.setdefault(HIDDEN, []).append(f"{path}/")
            elif (here / name).is_symlink():
                why = refusal(got="a link to a folder", allowed="files and folders", fix="copy what it names")
                problems.append(Problem(where=path, what=why))
        folders[:] = sorted(one for one in folders if not _is_hidden(one))


def _is_hidden(name: str) -> bool:
    return (name.startswith(".") and name != _WELL_KNOWN) or name.lower() in _LITTER


def _refusal_of(path: Path, folder: Path, key: str, found: dict[str, Path]) -> str | None:
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return refusal(
            got="a link that leads out of the folder", allowed="files of the folder", fix="copy the file"
        )
    if not path.is_file():
        got = "a link to nothing" if path.is_symlink() else "neither a file nor a folder"
        return refusal(got=got, allowed="files and folders", fix="remove it")
    if why := _refusal_of_key(key):
        return why
    if key in found:
        got = "two files whose names differ in how accents are written"
        return refusal(got=got, allowed="one of them", fix="remove the other")
    if not os.access(path, os.R_OK):
        return refusal(
            got="a file that you may not read", allowed="one that you may", fix="allow it: chmod u+r"
        )
    if (size := path.stat().st_size) > _LARGEST:
        got = f"{size / 1024**3:.1f} GB"
        return refusal(got=got, allowed="5 GB, the most that S3 takes in one request", fix="split it")
    return None


def _refusal_of_key(key: str) -> str | None:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return refusal(got="a name that is not UTF-8", allowed="UTF-8", fix="rename it")
    if size > _LONGEST_KEY:
        got = f"a path of {size} bytes"
        return refusal(got=got, allowed=f"{_LONGEST_KEY}, the most of a key in S3", fix="shorten it")
    if "\\" in key or not key.isprintable():
        return refusal(
            got="a name with a backslash or a control character",
            allowed="one that stands in an address",
            fix="rename it",
        )
    return None


def _left_out(key: str, found: dict[str, Path], *, source_maps: bool) -> str | None:
    if key.endswith((".map", ".map.br", ".map.gz")) and not source_maps:
        return MAPS
    # CloudFront compresses what it serves, and asks for no copy that is compressed already.
    stem, _, ending = key.rpartition(".")
    return COPIES if ending in {"br", "gz", "zst"} and stem in found else None


def _file(key: str, path: Path, patterns: Sequence[str]) -> LocalFile:
    kind = kind_of(key, patterns)
    headers = {"ContentType": content_type_of(key), "CacheControl": CACHE_CONTROL[kind]}
    if coding := content_encoding_of(key):
        headers["ContentEncoding"] = coding
    return LocalFile(key=key, path=path, size=path.stat().st_size, kind=kind, headers=headers)
