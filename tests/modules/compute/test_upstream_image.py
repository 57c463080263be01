"""Published images are named by a version that stays, or by their digest."""

from __future__ import annotations

import pytest

from modules.compute.repository.upstream_image import UpstreamImage
from modules.errors import ProblemsError


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ({"version": "latest"}, r"x/y\.version: got 'latest'; allowed: a whole version such as"),
        ({"version": "1.30"}, r"x/y\.version: got '1\.30'"),
        ({"version": "1.2.3", "digest": "sha256:1"}, r"x/y\.digest: got 'sha256:1'; allowed: sha256: and 64"),
    ],
)
def test_an_image_that_may_change_is_refused(image: dict[str, str], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        UpstreamImage(repository="x/y", **image)


def test_a_digest_decides_which_image_is_copied() -> None:
    digest = "sha256:" + "0" * 64
    assert UpstreamImage(repository="x/y", version="1.2.3").reference == "x/y:1.2.3"
    assert UpstreamImage(repository="x/y", version="1.2.3", digest=digest).reference == f"x/y@{digest}"
