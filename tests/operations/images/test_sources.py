"""Sources of `infra images push`: archives of Docker, the local Docker, and what is no whole image."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from random import Random

import pytest

from modules.errors import ProblemsError
from operations.images.sources import opened
from tests.images import BuiltImage, digest_of
from tests.operations.images.archives import blob_name, layout, saved, saved_by_later_docker, write_archive
from tests.operations.images.conftest import Images

pytestmark = pytest.mark.emulator
IMAGE = BuiltImage(layers=(b"base", b"program"))
ARM = BuiltImage(architecture="arm64", layers=(b"base of arm", b"program"))
NOISE = Random(1)  # noqa: S311 - bytes that can't be compressed


@pytest.mark.parametrize("files", [saved(IMAGE), saved_by_later_docker(IMAGE)], ids=["older", "later"])
def test_layers_that_docker_saved_are_compressed_always_to_the_same_digest(
    created: Images, tmp_path: Path, files: dict[str, bytes]
) -> None:
    source = write_archive(files, tmp_path / "saved.tar")
    assert created.push(source).exit_code == 0
    (digest,) = set(created.tags("ohi-api").values())
    again = created.push(source)
    assert f"{digest} is there already" in again.output
    (found,) = created.ecr.batch_get_image(repositoryName="ohi-api", imageIds=[{"imageDigest": digest}])[
        "images"
    ]
    manifest = json.loads(found["imageManifest"])
    assert manifest["config"]["digest"] == digest_of(IMAGE.configuration)
    held = [gzip.compress(layer, mtime=0, compresslevel=6) for layer in IMAGE.layers]
    assert [one["size"] for one in manifest["layers"]] == [len(one) for one in held]
    assert all(one["mediaType"].endswith("+gzip") for one in manifest["layers"])


def test_a_layer_that_an_archive_has_twice_is_a_link(created: Images, tmp_path: Path) -> None:
    same = BuiltImage(layers=(b"the same", b"other", b"the same "))
    files = {**saved(same), "0-2/layer.tar": b"the same"}
    config = json.loads(same.configuration)
    config["rootfs"]["diff_ids"][2] = config["rootfs"]["diff_ids"][0]
    name = next(name for name in files if name.endswith(".json") and name != "manifest.json")
    files[name] = json.dumps(config).encode()
    result = created.push(write_archive(files, tmp_path / "twice.tar"))
    assert result.exit_code == 0, result.exception


def test_an_image_of_the_local_docker_is_saved_and_pushed(
    created: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_archive(layout(IMAGE), tmp_path / "of-docker.tar")
    program(
        tmp_path / "bin", f'[ "$5" = shop:1 ] && cp {source} "$4" && exit 0; echo "No such image: $5" >&2'
    )
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    assert created.push("shop:1").exit_code == 0
    assert created.tags("ohi-api")["dev"] == IMAGE.digest
    (said,) = created.refused("shop:2")
    assert said.startswith("shop:2: got no such path, and of docker: No such image: shop:2; allowed: an OCI")


def program(directory: Path, body: str) -> None:
    directory.mkdir()
    (directory / "docker").write_text(f"#!/bin/sh\n{body}\nexit 1\n")
    (directory / "docker").chmod(0o755)


def test_without_docker_a_name_is_no_source(created: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "no such path, and no docker" in created.refused("shop:1")[0]


def _without(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {one: content for one, content in files.items() if one != name}


_CONFIG = blob_name(digest_of(IMAGE.configuration))
_LAYER = blob_name(next(one for one in IMAGE.blobs if blob_name(one) != _CONFIG))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a": b"file"}, "got neither oci-layout nor manifest.json in it"),
        (_without(layout(IMAGE), "index.json"), "got no file index.json; allowed: a whole image"),
        ({**layout(IMAGE), "index.json": b"no"}, "got index.json, which is no JSON"),
        (_without(layout(IMAGE), _LAYER), f"got no file {_LAYER}"),
        ({**layout(IMAGE), _LAYER: b"short"}, "got 5 bytes of sha256:"),
        ({**layout(IMAGE), _CONFIG: b"{}"}, "it is damaged"),
        (layout(), "got no image; allowed: one image for linux/amd64"),
        (layout(IMAGE, BuiltImage(layers=(b"2",))), "got 2 of them; allowed: one image for linux/amd64"),
        (layout(ARM, BuiltImage(architecture="ppc64le")), "got arm64, ppc64le; allowed: one image for"),
        (saved(IMAGE, ARM), "got 2 images; allowed: one; save one image alone"),
    ],
)
def test_a_source_that_is_no_whole_image_is_refused(
    created: Images, tmp_path: Path, files: dict[str, bytes], message: str
) -> None:
    (said,) = created.refused(write_archive(files, tmp_path / "source.tar"))
    assert message in said
    assert said.startswith(str(tmp_path))
    assert created.empty


def test_a_file_that_is_no_archive_is_refused(created: Images, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("text")
    assert "got no tar archive" in created.refused(tmp_path / "text")[0]


def test_a_cut_archive_is_refused(created: Images, tmp_path: Path) -> None:
    big = BuiltImage(layers=(NOISE.randbytes(50_000),))
    whole = write_archive(layout(big), tmp_path / "cut.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[:20_000])
    assert len(created.refused(tmp_path / "cut.tar")) == 1
    assert created.empty


def test_other_bytes_than_the_digest_says_are_refused_by_ecr_in_a_sentence(
    created: Images, tmp_path: Path
) -> None:
    files = layout(IMAGE)
    files[_LAYER] = bytes(len(files[_LAYER]))
    (said,) = created.refused(write_archive(files, tmp_path / "other.tar"))
    assert said.startswith("image: got other bytes; allowed: the layer sha256:")
    assert created.empty


@pytest.mark.parametrize(
    ("files", "got"),
    [
        ({"oci-layout": b"{}", "index.json": b"[]"}, "JSON of another form"),
        ({"oci-layout": b"{}", "index.json": b'{"manifests": [{"platform": "x"}]}'}, "JSON of another form"),
        ({"oci-layout": b"{}", "index.json": b'{"manifests": [{}]}'}, "JSON without 'digest'"),
        ({"manifest.json": b'[{"Config": "c"}]', "c": b"{}"}, "JSON without 'rootfs'"),
    ],
)
def test_json_of_something_else_is_a_sentence(tmp_path: Path, files: dict[str, bytes], got: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert not_opened(str(tmp_path)).startswith(f"{tmp_path}: got {got}; allowed: an image")


def test_an_archive_that_ends_early_is_a_sentence(tmp_path: Path) -> None:
    packed = gzip.compress(
        write_archive(saved(BuiltImage(layers=(NOISE.randbytes(9000),))), tmp_path / "a").read_bytes()
    )
    (tmp_path / "half.tgz").write_bytes(packed[: len(packed) // 2])
    assert "got a damaged archive: " in not_opened(str(tmp_path / "half.tgz"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "SOURCE: got ''; allowed: an OCI layout"),
        ("/dev/zero", "/dev/zero: got neither a file nor a folder"),
        ("/dev/null", "/dev/null: got neither a file nor a folder"),
        ("a" * 300, f"{'a' * 300}: got no such path, and no docker"),
    ],
)
def test_a_source_that_is_none_is_a_sentence(source: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not_opened(source).startswith(said)


def test_a_file_that_is_no_archive_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(NOISE.randbytes(3000))
    said = not_opened(str(tmp_path / "noise"))
    assert said.splitlines() == [said]
    assert "got no tar archive; allowed: an OCI layout" in said


def not_opened(source: str) -> str:
    with pytest.raises(ProblemsError) as raised, opened(source, "amd64"):
        pass
    return str(raised.value)
