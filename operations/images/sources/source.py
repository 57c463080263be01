"""The image that a person names: a path, or an image of the local Docker."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from modules.errors import ProblemsError, refusal
from operations.images.manifests import Image
from operations.images.sources.compressed import compressed
from operations.images.sources.files import files_of
from operations.images.sources.layout import is_layout, is_saved, read_layout, read_saved

_KINDS = "an OCI layout, an archive of `docker save` or `buildx --output type=oci`, or an image of Docker"


@contextmanager
def opened(source: str, architecture: str) -> Iterator[Image]:
    """The image of a directory, an archive or the local Docker, while its files are needed.

    Raises ProblemsError where there is none for the architecture.
    """
    with TemporaryDirectory(prefix="image-") as scratch:
        path = Path(source)
        if not source.strip() or not os.path.exists(source):  # noqa: PTH110 - Path's raises for a long name
            path = _saved_by_docker(source, Path(scratch) / "saved.tar")
        elif not (path.is_dir() or path.is_file()):
            why = refusal(got="neither a file nor a folder", allowed=_KINDS, fix="correct the path")
            raise ProblemsError.one(source, why)
        with files_of(path) as files:
            if is_layout(files):
                image = read_layout(files, architecture, source)
            elif is_saved(files):
                image = read_saved(files, source)
            else:
                why = refusal(
                    got="neither oci-layout nor manifest.json in it", allowed=_KINDS, fix="build it"
                )
                raise ProblemsError.one(source, why)
            yield compressed(image, Path(scratch))


def _saved_by_docker(name: str, file: Path) -> Path:
    if not name.strip():
        raise ProblemsError.one("SOURCE", refusal(got=repr(name), allowed=_KINDS, fix="name one"))
    if (docker := shutil.which("docker")) is None:
        got = "no such path, and no docker to ask for an image of this name"
        raise ProblemsError.one(name, refusal(got=got, allowed=_KINDS, fix="correct the path"))
    command = [docker, "image", "save", "--output", str(file), name]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        said = finished.stderr.strip().splitlines()
        got = f"no such path, and of docker: {said[-1] if said else f'exit code {finished.returncode}'}"
        raise ProblemsError.one(name, refusal(got=got, allowed=_KINDS, fix="build it, or correct the name"))
    return file
