"""`infra images push`: from each kind of source, what is refused, and what ECR then has."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from tests.images import BuiltImage, digest_of, put
from tests.operations.faults import LOST, RESET, THROTTLED, faulty
from tests.operations.images.archives import (
    layout,
    write_archive,
    write_directory,
)
from tests.operations.images.conftest import REGISTRY, Images, document

pytestmark = pytest.mark.emulator
IMAGE = BuiltImage(layers=(b"base", b"program"))
NOISE = Random(1)  # noqa: S311 - bytes that can't be compressed
ARM = BuiltImage(architecture="arm64", layers=(b"base of arm", b"program"))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """What a build for one platform wrote."""
    return write_archive(layout(IMAGE), tmp_path / "image.tar")


def test_a_layout_is_pushed_with_the_digest_that_the_build_gave(created: Images, tmp_path: Path) -> None:
    result = created.push(write_directory(layout(IMAGE), tmp_path / "layout"), "--tag", "1a2b3c")
    assert result.exit_code == 0, result.exception
    assert f"infra deploy ohi-dev api={REGISTRY}/ohi-api@{IMAGE.digest}" in result.output
    assert "3 of 3 blobs to upload" in result.output
    (found,) = created.ecr.batch_get_image(
        repositoryName="ohi-api", imageIds=[{"imageDigest": IMAGE.digest}]
    )["images"]
    assert found["imageManifest"] == IMAGE.manifest.decode()


def test_the_first_image_gets_the_tag_that_the_service_runs_before_a_deployment(
    created: Images, archive: Path, tmp_path: Path
) -> None:
    assert created.push(archive, "--tag", "first").exit_code == 0
    assert created.tags("ohi-api") == {"first": IMAGE.digest, "dev": IMAGE.digest}
    later = BuiltImage(layers=(b"later",))
    assert created.push(write_archive(layout(later), tmp_path / "later.tar")).exit_code == 0
    own = f"sha256-{later.digest[7:19]}"
    assert created.tags("ohi-api") == {"first": IMAGE.digest, "dev": IMAGE.digest, own: later.digest}


def test_what_is_there_is_not_uploaded_again(created: Images, archive: Path) -> None:
    assert created.push(archive).exit_code == 0
    again = created.push(archive)
    assert f"ohi-api: {IMAGE.digest} is there already" in again.output
    assert f"api={REGISTRY}/ohi-api@{IMAGE.digest}" in again.output
    assert "0 of 3 blobs to upload" in created.push(archive, "--tag", "release").output
    assert created.tags("ohi-api")["release"] == IMAGE.digest


def test_a_dry_run_says_what_would_be_uploaded_and_uploads_nothing(created: Images, archive: Path) -> None:
    result = created.push(archive, "--dry-run")
    assert f"ohi-api: {IMAGE.digest}, tagged sha256-" in result.output
    assert created.empty
    held = created.ecr.batch_check_layer_availability(repositoryName="ohi-api", layerDigests=[*IMAGE.blobs])
    assert held["layers"] == []


def test_json_is_what_a_program_deploys(created: Images, archive: Path) -> None:
    result = created.push(archive, "--json")
    assert json.loads(result.stdout)["images"] == {"api": f"{REGISTRY}/ohi-api@{IMAGE.digest}"}


def test_of_an_index_the_image_for_the_task_is_pushed_and_no_attestation(
    created: Images, tmp_path: Path
) -> None:
    source = write_archive(layout(ARM, IMAGE, attested=True), tmp_path / "index.tar")
    assert created.push(source).exit_code == 0
    assert set(created.tags("ohi-api").values()) == {IMAGE.digest}


def test_everything_that_forbids_a_push_is_said_at_once(created: Images, tmp_path: Path) -> None:
    put(created.ecr, "ohi-api", BuiltImage(layers=(b"other",)), "taken")
    config = {"User": "root", "ExposedPorts": {"3000/tcp": {}}}
    wrong = BuiltImage(architecture="arm64", config=config)
    source = write_archive(layout(wrong), tmp_path / "wrong.tar")
    said = created.refused(source, "--tag", "taken", "--tag", "no tag")
    assert [line.partition(": got")[0] for line in said] == [
        "api.image.architecture",
        "api.image.Cmd",
        "api.image.User",
        "api.image.ExposedPorts",
        # Jobs run the same image.
        "jobs.image.architecture",
        "jobs.image.Cmd",
        "jobs.image.User",
        "--tag",
        "--tag",
    ]
    assert "api.image.architecture: got 'arm64'; allowed: amd64" in said[0]
    assert created.refused(source) == said[:-2]
    held = created.ecr.batch_check_layer_availability(
        repositoryName="ohi-api", layerDigests=[digest_of(wrong.configuration)]
    )
    assert held["layers"] == []


def test_an_image_of_another_architecture_alone_is_refused_by_what_it_says_itself(
    created: Images, tmp_path: Path
) -> None:
    said = created.refused(write_archive(layout(ARM, attested=True), tmp_path / "arm.tar"))
    assert said == [
        f"{one}.image.architecture: got 'arm64'; allowed: amd64; build it for the platform of the service"
        for one in ("api", "jobs")
    ]


@pytest.mark.parametrize(
    ("service", "message"),
    [
        ("apy", "service: got 'apy'; allowed: api, jobs, store; name one of these"),
        ("store", "service: got store, which runs the published image registry.test/tools/store:4.5.6"),
    ],
)
def test_a_service_that_nothing_is_built_for_is_refused(
    created: Images, archive: Path, service: str, message: str
) -> None:
    assert created.refused(archive, service=service)[0].startswith(message)


def test_before_the_first_apply_it_says_where_repositories_come_from(images: Images, archive: Path) -> None:
    (said,) = images.refused(archive)
    assert said.startswith(
        "ohi-api: got no such repository in eu-west-1; allowed: a repository of the account"
    )
    assert "docs/runbooks/first-deployment.md" in said


def test_credentials_of_another_account_are_refused(created: Images, archive: Path) -> None:
    created.output.write_text(json.dumps(document(allowed_account_ids=["999999999999"])))
    (said,) = created.refused(archive)
    assert said == (
        "ohi-dev: got credentials of account 123456789012; allowed: 999999999999; set AWS_PROFILE to it"
    )


def test_an_upload_goes_on_where_calls_were_throttled_reset_or_their_answers_lost(
    created: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = BuiltImage(layers=(NOISE.randbytes(21 * 2**20),))
    source = write_archive(layout(big), tmp_path / "big.tar")
    with faulty(created.emulator.port) as faults:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faults.url)
        faults.of = {
            "InitiateLayerUpload": [THROTTLED],
            "UploadLayerPart": ["", LOST, THROTTLED, RESET],
            "CompleteLayerUpload": [LOST],
            "PutImage": [LOST],
        }
        result = created.push(source)
    assert result.exit_code == 0, result.exception
    assert created.tags("ohi-api")["dev"] == big.digest
    # Three parts of the layer and one of the configuration; four calls more for what failed.
    assert faults.calls.count("UploadLayerPart") >= 7
    assert not any(faults.of.values())


def test_a_registry_that_stays_busy_is_a_sentence(
    created: Images, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.images.command._ATTEMPTS", 2)
    with faulty(created.emulator.port) as faults:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faults.url)
        faults.of = {"UploadLayerPart": [THROTTLED] * 2}
        (said,) = created.refused(archive)
    assert said.startswith("AWS: An error occurred (ThrottlingException)")
    assert created.empty
