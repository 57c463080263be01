"""`infra images mirror`: published images into the account's repositories."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.compute.repository.upstream_image import UpstreamImage
from modules.errors import ProblemsError
from operations.images import command
from tests.images import BuiltImage
from tests.operations.images.conftest import REGISTRY, UPSTREAM, Images
from tests.operations.images.registry import PublicRegistry, broken_after, busy, passing

pytestmark = pytest.mark.emulator
Publish = Callable[[], dict[str, BuiltImage]]


def mirror(images: Images, registry: PublicRegistry, *words: str) -> Any:
    return images.run("mirror", "ohi-dev", "--registry", f"registry.test={registry.url}", *words)


def refused(images: Images, registry: PublicRegistry, *words: str) -> list[str]:
    result = mirror(images, registry, *words)
    assert isinstance(result.exception, ProblemsError), result.output
    return str(result.exception).splitlines()


def test_each_image_is_copied_for_its_platform_with_the_publishers_digest(
    created: Images, registry: PublicRegistry, published: Publish
) -> None:
    made = published()
    result = mirror(created, registry)
    assert result.exit_code == 0, result.exception
    # What a deployment chooses also has the tag that runs before the first one.
    store = made["store"].digest
    assert created.tags("ohi-store") == {"4.5.6": store, "dev": store}
    assert created.tags("ohi-proxy") == {"1.2.3": made["proxy"].digest}
    assert f"infra deploy ohi-dev store={REGISTRY}/ohi-store@{store}" in result.output
    assert "To copy them" not in created.run("ohi-dev").output


def test_what_is_there_is_skipped_without_asking_its_publisher(
    created: Images, registry: PublicRegistry, published: Publish
) -> None:
    made = published()
    mirror(created, registry)
    registry.requests.clear()
    result = mirror(created, registry, "--json")
    assert registry.requests == []
    assert json.loads(result.stdout)["images"] == {"store": f"{REGISTRY}/ohi-store@{made['store'].digest}"}
    assert "api/proxy: sha256:" in result.stderr


def test_a_dry_run_copies_nothing(created: Images, registry: PublicRegistry, published: Publish) -> None:
    made = published()
    result = mirror(created, registry, "--dry-run")
    assert f"ohi-store: {made['store'].digest}, tagged 4.5.6, dev" in result.output
    assert registry.asked("/blobs/") == len(made)  # the configurations
    assert created.tags("ohi-store") == created.tags("ohi-proxy") == {}


def test_a_download_goes_on_where_it_broke_and_waits_where_it_was_told_to(
    created: Images, registry: PublicRegistry, published: Publish
) -> None:
    made = published()
    # First the configuration of the first image, then its layers.
    registry.faults = [passing, busy, broken_after(5), broken_after(3), busy]
    result = mirror(created, registry)
    assert result.exit_code == 0, result.exception
    assert registry.faults == []
    assert (registry.asked("bytes=5-"), registry.asked("bytes=8-")) == (1, 2)
    assert {*created.tags("ohi-proxy").values(), *created.tags("ohi-store").values()} == {
        image.digest for image in made.values()
    }


def test_layers_that_arrived_before_a_failure_are_not_downloaded_again(
    created: Images, registry: PublicRegistry, published: Publish
) -> None:
    made = published()
    last = next(blob for blob in [*made["proxy"].blobs][::-1] if registry.blobs[blob])
    taken = registry.blobs.pop(last)
    assert len(refused(created, registry)) == 1
    assert created.tags("ohi-proxy") == {}
    first = next(
        digest for digest, blob in made["proxy"].blobs.items() if digest != last and blob[:2] == b"\x1f\x8b"
    )
    registry.blobs[last] = taken
    assert registry.asked(first) == 1
    assert mirror(created, registry).exit_code == 0
    # Once for each of the two images that have it as their base.
    assert registry.asked(first) == 2


def test_a_pinned_digest_is_what_is_copied(
    created: Images, registry: PublicRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, other = BuiltImage(layers=(b"wanted",)), BuiltImage(layers=(b"moved",))
    index = registry.publish("tools/store", "4.5.6", wanted)
    registry.publish("tools/store", "4.5.6", other)
    pinned = UpstreamImage(repository="registry.test/tools/store", version="4.5.6", digest=index)
    monkeypatch.setattr(command, "upstream_images", lambda _: {"store": pinned})
    assert mirror(created, registry).exit_code == 0
    assert created.tags("ohi-store")["4.5.6"] == wanted.digest
    assert "tag" not in str(registry.requests)


def test_a_registry_that_gives_other_bytes_than_the_digest_is_refused(
    created: Images, registry: PublicRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = registry.publish("tools/store", "4.5.6", BuiltImage())
    place = f"tools/store@{index}"
    registry.manifests[place] = (registry.manifests[place][0] + b" ", registry.manifests[place][1])
    pinned = UpstreamImage(repository="registry.test/tools/store", version="4.5.6", digest=index)
    monkeypatch.setattr(command, "upstream_images", lambda _: {"store": pinned})
    (said,) = refused(created, registry)
    assert f"allowed: {index}; build, save or download it again: it is damaged" in said


def test_a_version_that_nobody_published_is_refused(
    created: Images, registry: PublicRegistry, published: Publish
) -> None:
    published()
    registry.manifests = {name: one for name, one in registry.manifests.items() if "4.5.6" not in name}
    (said,) = refused(created, registry)
    assert said == (
        f"{registry.url} tools/store: got nothing there of the name 4.5.6; allowed: a published image; "
        "correct its name, or run the same command again later"
    )


def test_an_image_for_other_platforms_is_refused_with_those(
    created: Images, registry: PublicRegistry
) -> None:
    for upstream in UPSTREAM.values():
        others = [BuiltImage(architecture=one) for one in ("arm64", "s390x")]
        registry.publish(upstream.repository.partition("/")[2], upstream.version, *others)
    (said,) = refused(created, registry)
    assert "tools/proxy:1.2.3: got arm64, s390x; allowed: one image for linux/amd64" in said


def test_before_the_first_apply_every_repository_that_is_missing_is_named(
    images: Images, registry: PublicRegistry
) -> None:
    said = refused(images, registry)
    assert [line.partition(":")[0] for line in said] == ["ohi-proxy", "ohi-store"]


@pytest.mark.parametrize("word", ["registry.test", "registry.test=ftp://x", "=http://x"])
def test_a_registry_without_an_address_is_refused(images: Images, word: str) -> None:
    result = images.run("mirror", "ohi-dev", "--registry", word)
    assert f"--registry: got '{word}'; allowed: HOST=https://" in str(result.exception)


def test_a_registry_that_does_not_answer_is_a_sentence(
    created: Images, registry: PublicRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.images.registry._RETRIES", 0)
    registry.url = "http://127.0.0.1:1"
    (said,) = refused(created, registry)
    assert said.startswith("http://127.0.0.1:1 ")


def test_a_stack_without_published_images_says_so(
    created: Images, registry: PublicRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "upstream_images", lambda _: {})
    assert "ohi-dev runs no published image." in mirror(created, registry).output
