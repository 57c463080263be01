"""Images that other programs write and serve: skopeo's archives, and the registry of Docker's Distribution.

Nothing here pushes to ECR by the registry's protocol, as `docker push` does: the emulator has ECR's API, and
no registry behind it.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.images import BuiltImage, digest_of
from tests.installed import program
from tests.modules.servers import free_port
from tests.operations.images.archives import layout, write_directory
from tests.operations.images.conftest import REGISTRY, UPSTREAM, Images

pytestmark = pytest.mark.emulator
IMAGE = BuiltImage(layers=(b"base", b"program"))


@pytest.fixture
def skopeo() -> Callable[..., str]:
    """`skopeo("copy", …)` runs it, and gives what it printed."""
    found = program("skopeo")

    def run(*words: str) -> str:
        ran = subprocess.run(
            [found, "--insecure-policy", *words], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


@pytest.fixture
def built(tmp_path: Path) -> str:
    """The image in a layout, as skopeo names it."""
    return f"oci:{write_directory(layout(IMAGE), tmp_path / 'layout')}"


@pytest.mark.parametrize("kind", ["oci-archive", "docker-archive"])
def test_an_archive_that_skopeo_wrote_is_pushed(
    created: Images, skopeo: Callable[..., str], built: str, tmp_path: Path, kind: str
) -> None:
    archive = tmp_path / "image.tar"
    skopeo("copy", built, f"{kind}:{archive}:shop:1")
    result = created.push(archive, "--json")
    assert result.exit_code == 0, result.exception
    pushed = json.loads(result.stdout)["images"]["api"]
    (found,) = created.ecr.batch_get_image(
        repositoryName="ohi-api", imageIds=[{"imageDigest": pushed.rpartition("@")[2]}]
    )["images"]
    manifest = json.loads(found["imageManifest"])
    # The same program by the configuration's digest, whatever the archive does with the layers.
    assert manifest["config"]["digest"] == digest_of(IMAGE.configuration)
    if kind == "oci-archive":
        assert pushed.endswith(IMAGE.digest)


@pytest.fixture
def distribution(tmp_path: Path) -> Iterator[str]:
    """The address of a registry without anything."""
    port = free_port()
    configuration = {
        "version": 0.1,
        "log": {"level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(tmp_path / "registry")}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    (tmp_path / "config.yml").write_text(json.dumps(configuration))
    command = [program("docker-registry"), "serve", str(tmp_path / "config.yml")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until_it_answers(port)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def until_it_answers(port: int) -> None:
    """Wait for the registry."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/v2/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise AssertionError("the registry does not answer")


def test_images_of_a_registry_of_docker_are_mirrored(
    created: Images, skopeo: Callable[..., str], built: str, distribution: str
) -> None:
    for upstream in UPSTREAM.values():
        name = upstream.repository.partition("/")[2]
        skopeo("copy", "--dest-tls-verify=false", built, f"docker://{distribution}/{name}:{upstream.version}")
    result = created.run("mirror", "ohi-dev", "--registry", f"registry.test=http://{distribution}")
    assert result.exit_code == 0, result.exception
    assert created.tags("ohi-store") == {"4.5.6": IMAGE.digest, "dev": IMAGE.digest}
    assert created.tags("ohi-proxy") == {"1.2.3": IMAGE.digest}
    assert f"store={REGISTRY}/ohi-store@{IMAGE.digest}" in result.output
