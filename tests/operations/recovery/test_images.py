"""The images that a recovery stack runs once it serves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aws_emulator import Emulator
from operations import recovery_images as images
from stacks.catalogue import catalogue
from tests.operations.recovery.applied import AWAY, HOME, PRIMARY, RECOVERY

DIGEST = f"sha256:{'a' * 64}"
IMAGE = f"123456789012.dkr.ecr.{HOME}.amazonaws.com/{PRIMARY}/api@{DIGEST}"


def test_an_image_is_named_in_the_registry_of_the_region() -> None:
    assert images.in_region(IMAGE, AWAY) == IMAGE.replace(HOME, AWAY)
    published = f"docker.io/library/nginx@{DIGEST}"
    assert images.in_region(published, AWAY) == published


@pytest.mark.emulator
def test_what_is_deployed_is_noted_in_the_second_region_where_that_is_deployed(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in emulator.environment(HOME).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    entry = replace(catalogue()[PRIMARY], name=RECOVERY, regions=(AWAY,), recovery_of=PRIMARY)
    known: dict[str, Any] = {**catalogue(), RECOVERY: entry}
    monkeypatch.setattr(images, "catalogue", lambda: known)

    own, theirs = f"/{RECOVERY}/api/image", f"/{PRIMARY}/api/image"
    assert images.follow(PRIMARY, theirs, IMAGE) is None
    assert images.follow("ohi-dev", theirs, IMAGE) is None
    ssm = emulator.client("ssm", AWAY)
    ssm.put_parameter(Name=own, Value="before", Type="String")
    assert images.follow(PRIMARY, theirs, IMAGE) == f"{own} in {AWAY} is {IMAGE.replace(HOME, AWAY)}"
    assert ssm.get_parameter(Name=own)["Parameter"]["Value"] == IMAGE.replace(HOME, AWAY)
    emulator.order_outages(regions=[AWAY])
    assert f"{RECOVERY} would run what it had before" in str(images.follow(PRIMARY, theirs, IMAGE))
    emulator.order_outages()
