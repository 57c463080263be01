"""The files of a directory or of a tar archive, by the same names."""

from __future__ import annotations

import gzip
import lzma
import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from modules.errors import ProblemsError, refusal

# What the decompressors of Python raise for an archive that ends early, or has other bytes.
_DAMAGED = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)


class Files(Protocol):
    """Files by name, such as `blobs/sha256/0a1b…`."""

    def size(self, name: str) -> int | None:
        """The size in bytes; None where there is no such file."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file that is there, for reading and seeking."""


class Directory:
    """The files of a directory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self, name: str) -> int | None:
        """The size in bytes; None where there is no such file."""
        file = self._path / name
        return file.stat().st_size if file.is_file() else None

    def open(self, name: str) -> IO[bytes]:
        """Open a file that is there."""
        return (self._path / name).open("rb")


class Archive:
    """The files of a tar archive."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._members = {one.name.removeprefix("./"): one for one in archive.getmembers()}

    def size(self, name: str) -> int | None:
        """The size in bytes; None where there is no such file."""
        member = self._members.get(name)
        return self._resolved(member).size if member else None

    def open(self, name: str) -> IO[bytes]:
        """Open a file that is there."""
        file = self._archive.extractfile(self._resolved(self._members[name]))
        assert file is not None  # noqa: S101 - only files are asked for
        return file

    def _resolved(self, member: tarfile.TarInfo) -> tarfile.TarInfo:
        """`docker save` writes a layer that two images share once, and a link for the other."""
        if not (member.islnk() or member.issym()):
            return member
        folder = posixpath.dirname(member.name) if member.issym() else ""
        return self._members[posixpath.normpath(posixpath.join(folder, member.linkname))]


@contextmanager
def files_of(path: Path) -> Iterator[Files]:
    """The files of a directory or an archive. Raises ProblemsError for a file that is no tar archive."""
    if path.is_dir():
        yield Directory(path)
        return
    try:
        archive = tarfile.open(path)  # noqa: SIM115 - closed below
    except (tarfile.TarError, *_DAMAGED, OSError) as error:
        # What tarfile says has a line for each compression that it tried.
        reason = getattr(error, "strerror", None)
        why = refusal(
            got=f"no tar archive{f' ({reason})' if reason else ''}",
            allowed="an OCI layout, or what `docker save` or `buildx --output type=oci` writes",
            fix="write it again",
        )
        raise ProblemsError.one(str(path), why) from None
    with archive:
        try:
            yield Archive(archive)
        except (tarfile.ReadError, *_DAMAGED) as error:
            why = refusal(got=f"a damaged archive: {error}", allowed="a whole one", fix="write it again")
            raise ProblemsError.one(str(path), why) from None
