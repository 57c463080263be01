"""Images as tools leave them on a disk: OCI layouts, and archives of `docker save`."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.images import LAYER, MANIFEST, BuiltImage, digest_of

INDEX = "application/vnd.oci.image.index.v1+json"
PLAIN_LAYER = LAYER.removesuffix("+gzip")


def layout(*images: BuiltImage, attested: bool = False, platforms: bool = True) -> dict[str, bytes]:
    """The files of an OCI layout, as `buildx --output type=oci` writes them; `attested`: with provenance."""
    entries: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    for image in images:
        files |= {blob_name(digest): blob for digest, blob in image.blobs.items()}
        files[blob_name(image.digest)] = image.manifest
        entry = {"mediaType": MANIFEST, "digest": image.digest, "size": len(image.manifest)}
        entries.append({**entry, "platform": _platform(image.architecture)} if platforms else entry)
    if attested:
        statement = b'{"layers": [], "note": "provenance"}'
        files[blob_name(digest_of(statement))] = statement
        unknown = {"os": "unknown", "architecture": "unknown"}
        attestation = {"mediaType": MANIFEST, "digest": digest_of(statement), "size": len(statement)}
        index = json.dumps({"manifests": [*entries, {**attestation, "platform": unknown}]}).encode()
        files[blob_name(digest_of(index))] = index
        entries = [{"mediaType": INDEX, "digest": digest_of(index), "size": len(index)}]
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": entries}).encode()
    files["oci-layout"] = b'{"imageLayoutVersion": "1.0.0"}'
    return files


def saved(*images: BuiltImage) -> dict[str, bytes]:
    """What `docker save` of Docker 24 and older writes: layers as they are, by names of its own."""
    files: dict[str, bytes] = {}
    entries = []
    for number, image in enumerate(images):
        config = f"{digest_of(image.configuration)[7:]}.json"
        layers = [f"{number}-{place}/layer.tar" for place, _ in enumerate(image.layers)]
        files |= {config: image.configuration, **dict(zip(layers, image.layers, strict=True))}
        entries.append({"Config": config, "RepoTags": ["shop:1"], "Layers": layers})
    return {**files, "manifest.json": json.dumps(entries).encode()}


def saved_by_later_docker(image: BuiltImage) -> dict[str, bytes]:
    """What `docker save` of Docker 25 and newer writes: a layout whose layers are not compressed."""
    config = {"mediaType": "application/vnd.oci.image.config.v1+json"} | _blob(image.configuration)
    layers = [{"mediaType": PLAIN_LAYER} | _blob(layer) for layer in image.layers]
    manifest = json.dumps({"mediaType": MANIFEST, "config": config, "layers": layers}).encode()
    blobs = (image.configuration, *image.layers, manifest)
    index = {"manifests": [{"mediaType": MANIFEST} | _blob(manifest)]}
    return {
        **{blob_name(digest_of(one)): one for one in blobs},
        "index.json": json.dumps(index).encode(),
        "oci-layout": b"{}",
        "manifest.json": b"[]",
    }


def blob_name(digest: str) -> str:
    """The file of a blob in a layout."""
    return f"blobs/{digest.replace(':', '/')}"


def write_directory(files: Mapping[str, bytes], directory: Path) -> Path:
    """Write the files."""
    for name, content in files.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return directory


def write_archive(files: Mapping[str, bytes], file: Path) -> Path:
    """Write a tar archive of the files; the second of two with the same content is a link to the first."""
    first: dict[bytes, str] = {}
    with tarfile.open(file, "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if len(content) > 2 and content in first:
                member.type, member.linkname = tarfile.SYMTYPE, f"../{first[content]}"
                archive.addfile(member)
                continue
            first[content] = name
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file


def _platform(architecture: str) -> dict[str, str]:
    return {"os": "linux", "architecture": architecture}


def _blob(content: bytes) -> dict[str, Any]:
    return {"digest": digest_of(content), "size": len(content)}
