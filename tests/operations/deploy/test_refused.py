"""What `infra deploy` refuses: everything at once, one sentence each, and nothing is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest

from modules.errors import ProblemsError
from stacks.output import stack_directory

pytestmark = pytest.mark.emulator
OTHER = f"sha256:{'0' * 64}"


def refused(shop: Any, *words: str) -> list[str]:
    """The sentences; and that nothing was changed."""
    before = {name: (shop.active(name), shop.statuses(name)) for name in shop.services}
    result = shop.deploy(*words, "--yes")
    assert isinstance(result.exception, ProblemsError), result.output
    assert {name: (shop.active(name), shop.statuses(name)) for name in shop.services} == before
    return str(result.exception).splitlines()


def test_everything_is_told_at_once(shop: Any) -> None:
    shop.ring()
    arm = shop.push("sse", "2", architecture="arm64")
    root = shop.push("api", "2", config={"Cmd": ["serve"], "ExposedPorts": {"80/tcp": {}}})
    tag = root.partition("@")[0] + ":latest"
    assert refused(shop, f"apy={root}", f"web={tag}", f"sse={arm}", f"api={OTHER}") == [
        "ohi-dev apy: got 'apy'; allowed: a service of it: api, sse, web, worker; name one of these",
        f"ohi-dev web: got '{tag}'; allowed: an image by its digest, "
        f"{tag.removesuffix('ohi-api:latest')}ohi-web@sha256:…; "
        "its digest is in: infra images ohi-dev --json",
        "sse.image.architecture: got 'arm64'; allowed: amd64; build it for the platform of the service",
        f"api: got no image {OTHER}; allowed: one that is in ohi-api; push it first",
        "api: got ohi-dev-api-errors, which rings; allowed: alarms that are silent, since ECS ignores one "
        "that rings at the start; wait until it is silent, or deploy what mends it with --despite-alarms",
    ]


def test_an_index_is_an_image_of_each_of_its_platforms(shop: Any) -> None:
    media = "application/vnd.oci.image.index.v1+json"
    manifests = [
        {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": shop.push("api", architecture, architecture=architecture).partition("@")[2],
            "size": 1,
            "platform": {"os": "linux", "architecture": architecture},
        }
        for architecture in ("arm64", "amd64")
    ]
    both = shop.put("api", {"schemaVersion": 2, "mediaType": media, "manifests": manifests})
    arm = shop.put("api", {"schemaVersion": 2, "mediaType": media, "manifests": manifests[:1]})
    (said,) = refused(shop, f"api={arm}")
    assert (
        said
        == "api.image.architecture: got 'arm64'; allowed: amd64; build it for the platform of the service"
    )
    assert shop.deploy(f"api={both}").exit_code == 0


def test_a_published_image_need_only_be_of_the_platform(new_shop: Any) -> None:
    shop = new_shop({"clickhouse": "clickhouse"})
    root = shop.push("clickhouse", "2", config={})
    assert shop.deploy(f"clickhouse={root}").exit_code == 0
    arm = shop.push("clickhouse", "3", config={}, architecture="arm64")
    (said,) = refused(shop, f"clickhouse={arm}")
    assert "got 'arm64'; allowed: amd64" in said


def test_an_image_of_another_repository_is_refused(shop: Any) -> None:
    (said,) = refused(shop, f"api={shop.first['sse']}")
    assert "got 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ohi-sse; allowed: " in said


def test_one_image_for_services_that_share_it(shop: Any) -> None:
    (said,) = refused(shop, f"web={shop.push('web', '2')}", f"worker={shop.push('web', '3')}")
    assert "for /ohi-dev/web/image; allowed: one image, which its services share" in said


def test_alarms_may_ring_when_that_is_said(shop: Any) -> None:
    shop.ring()
    assert shop.deploy(f"api={shop.push('api', '2')}", "--despite-alarms").exit_code == 0


def test_credentials_of_another_account(shop: Any) -> None:
    shop.allowed = ["210987654321"]
    assert refused(shop, "api") == [
        "ohi-dev: got credentials of 123456789012; allowed: 210987654321; "
        "sign in to that account: set AWS_PROFILE"
    ]


def test_a_stack_that_was_never_applied(shop: Any) -> None:
    shop.services = {**shop.services, "new": "new"}
    before = shop.services.copy()
    result = shop.deploy("api")
    assert str(result.exception) == (
        "ohi-dev: got no service new in cluster ohi-dev in eu-west-1; allowed: a stack that was applied; "
        "apply it first (infra plan ohi-dev), or check the account and the region"
    )
    assert shop.services == before


def test_another_deployment_in_progress(shop: Any) -> None:
    first, second = shop.push("api", "2"), shop.push("api", "3")
    shop.emulator.order_deployments({"hangs": True})
    assert shop.deploy(f"api={first}", "--wait", "0").exit_code == 3
    (said,) = refused(shop, f"api={second}")
    assert "api: got a deployment of ohi-dev-api-task:2, IN_PROGRESS since" in said
    assert "allowed: one deployment at a time" in said


def test_a_state_that_was_never_pushed(shop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path))
    directory = stack_directory("ohi-dev")
    directory.mkdir(parents=True)
    (directory / "errored.tfstate").write_text("{}")
    (said,) = refused(shop, "api")
    assert said.startswith("state of ohi-dev: its newest state is only in errored.tfstate, of ")


def test_an_apply_in_progress(shop: Any) -> None:
    from operations.stack_lock import stack_lock

    with stack_lock("ohi-dev", "apply"):
        (said,) = refused(shop, "api")
    assert said.startswith("lock of ohi-dev: got held: apply of ")


def test_a_quota_that_lets_no_task_start(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.doctor.account.quotas.allowed", lambda *_: 0.25)
    assert shop.deploy("api").exit_code == 0, "a quarter of a vCPU has its place"
    monkeypatch.setattr("operations.doctor.account.quotas.vcpus_in_use", lambda *_: {"FARGATE": 0.25})
    (said,) = refused(shop, "api")
    assert said.startswith(
        "Fargate vCPUs: got 0.25 in use, and 0.25 for one more task of each; allowed: 0.25; aws "
    )


def test_one_service_with_an_image_and_without_is_a_sentence(shop: Any) -> None:
    image = shop.push("api", "2")
    (said,) = refused(shop, "api", f"api={image}")
    assert f"got what it runs and {image} for" in said


def test_an_image_whose_configuration_cannot_be_read_is_a_sentence(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise URLError("no way to S3")

    image = shop.push("api", "2")
    monkeypatch.setattr("operations.deploy.images.urlopen", closed)
    (said,) = refused(shop, f"api={image}")
    assert "whose configuration can't be read (<urlopen error no way to S3>)" in said
