"""Patches of ECR: layers that are uploaded in parts, images that refer to them, tags that are taken."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
PART = 5 * 2**20


def digest_of(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


@pytest.fixture
def ecr(emulator: Emulator) -> Any:
    """A client, and the repository shop."""
    client = emulator.client("ecr", REGION)
    client.create_repository(repositoryName="shop", imageTagMutability="IMMUTABLE")
    return client


def start(ecr: Any, *parts: bytes) -> str:
    """Upload the parts of a layer, and give the upload's id."""
    upload, first = ecr.initiate_layer_upload(repositoryName="shop")["uploadId"], 0
    for part in parts:
        ecr.upload_layer_part(
            repositoryName="shop",
            uploadId=upload,
            partFirstByte=first,
            partLastByte=first + len(part) - 1,
            layerPartBlob=part,
        )
        first += len(part)
    return str(upload)


def complete(ecr: Any, upload: str, digest: str) -> None:
    ecr.complete_layer_upload(repositoryName="shop", uploadId=upload, layerDigests=[digest])


def upload_whole(ecr: Any, content: bytes) -> dict[str, Any]:
    """Upload a blob, and give what a manifest says of it."""
    complete(ecr, start(ecr, content), digest_of(content))
    return {"mediaType": "application/octet-stream", "digest": digest_of(content), "size": len(content)}


def manifest(**content: Any) -> str:
    return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, **content})


def put(ecr: Any, content: str, tag: str = "a", **more: Any) -> Mapping[str, Any]:
    image = ecr.put_image(repositoryName="shop", imageManifest=content, imageTag=tag, **more)["image"]
    return dict(image["imageId"])


def refusal(call: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Code"])


def test_a_layer_of_several_parts_is_downloaded_as_it_was_uploaded(ecr: Any) -> None:
    layer = b"0" * PART + b"the end"
    complete(ecr, start(ecr, layer[:PART], layer[PART:]), digest_of(layer))
    answer = ecr.get_download_url_for_layer(repositoryName="shop", layerDigest=digest_of(layer))
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(answer["downloadUrl"]) as got:
        assert got.read() == layer
    other = digest_of(b"other")
    assert (
        refusal(lambda: ecr.get_download_url_for_layer(repositoryName="shop", layerDigest=other))
        == "LayersNotFoundException"
    )


def test_a_part_out_of_order_is_refused_with_the_last_byte_that_came(ecr: Any) -> None:
    upload = start(ecr, b"0" * PART)
    with pytest.raises(ClientError) as refused:
        ecr.upload_layer_part(
            repositoryName="shop", uploadId=upload, partFirstByte=0, partLastByte=0, layerPartBlob=b"1"
        )
    assert refused.value.response["Error"]["Code"] == "InvalidLayerPartException"
    assert refused.value.response["lastValidByteReceived"] == PART - 1


def test_a_part_of_another_length_than_it_says_is_refused(ecr: Any) -> None:
    place = {"repositoryName": "shop", "uploadId": start(ecr)}
    assert (
        refusal(
            lambda: ecr.upload_layer_part(**place, partFirstByte=0, partLastByte=7, layerPartBlob=b"1234")
        )
        == "InvalidLayerPartException"
    )


@pytest.mark.parametrize(
    ("parts", "said", "code"),
    [
        ((b"layer",), b"other", "InvalidLayerException"),
        ((), b"", "EmptyUploadException"),
        ((b"small", b"layer"), b"smalllayer", "LayerPartTooSmallException"),
    ],
)
def test_a_layer_that_ecr_refuses(ecr: Any, parts: tuple[bytes, ...], said: bytes, code: str) -> None:
    upload = start(ecr, *parts)
    assert refusal(lambda: complete(ecr, upload, digest_of(said))) == code
    held = ecr.batch_check_layer_availability(repositoryName="shop", layerDigests=[digest_of(said)])
    assert [one["failureCode"] for one in held["failures"]] == ["MissingLayerDigest"]


def test_a_layer_that_is_there_is_not_uploaded_again(ecr: Any) -> None:
    upload_whole(ecr, b"layer")
    again = start(ecr, b"layer")
    assert refusal(lambda: complete(ecr, again, digest_of(b"layer"))) == "LayerAlreadyExistsException"


def test_an_image_has_the_digest_of_its_manifest_and_the_size_of_its_layers(ecr: Any) -> None:
    config, layer = upload_whole(ecr, b"{}"), upload_whole(ecr, b"a layer")
    content = manifest(config=config, layers=[layer])
    assert (
        refusal(lambda: put(ecr, content, imageDigest=digest_of(b""))) == "ImageDigestDoesNotMatchException"
    )
    assert ecr.list_images(repositoryName="shop")["imageIds"] == []
    assert put(ecr, content)["imageDigest"] == digest_of(content.encode())
    (found,) = ecr.describe_images(repositoryName="shop")["imageDetails"]
    assert (found["imageSizeInBytes"], found["imageTags"]) == (len(b"a layer"), ["a"])


def test_an_image_of_what_is_not_there_is_refused(ecr: Any) -> None:
    config = upload_whole(ecr, b"{}")
    missing = {**config, "digest": digest_of(b"missing")}
    without_layer = manifest(config=config, layers=[missing])
    assert refusal(lambda: put(ecr, without_layer)) == "LayersNotFoundException"
    without_config = manifest(config=missing, layers=[])
    assert refusal(lambda: put(ecr, without_config)) == "LayersNotFoundException"
    assert refusal(lambda: put(ecr, manifest(manifests=[missing]))) == "ReferencedImagesNotFoundException"
    assert ecr.list_images(repositoryName="shop")["imageIds"] == []


def test_a_tag_is_put_once_and_an_image_may_have_several(ecr: Any) -> None:
    config = upload_whole(ecr, b"{}")
    first, second = (manifest(config=config, layers=[], annotations={"n": name}) for name in ("1", "2"))
    put(ecr, first)
    assert refusal(lambda: put(ecr, first)) == "ImageAlreadyExistsException"
    assert refusal(lambda: put(ecr, second)) == "ImageTagAlreadyExistsException"
    put(ecr, first, "b")
    (found,) = ecr.describe_images(repositoryName="shop")["imageDetails"]
    assert sorted(found["imageTags"]) == ["a", "b"]


def test_a_repository_that_is_not_there_is_named(emulator: Emulator) -> None:
    ecr = emulator.client("ecr", REGION)
    assert refusal(lambda: put(ecr, manifest())) == "RepositoryNotFoundException"
