"""The replication of images to a second region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.compute.repository.settings import ReplicationSettings
from modules.errors import ProblemsError

Json = dict[str, Any]
TO = ReplicationSettings(prefixes={"eu-central-1": ("shop-", "other-web"), "eu-west-2": ("shop-",)})


def replicated(synthesize: Callable[..., Json], region: str = "eu-west-1") -> Json:
    """The JSON of a stack that replicates."""

    def build(stack: Any, context: Any) -> None:
        from modules.compute.repository.replication import ImageReplication

        ImageReplication(stack, "images", context=context, settings=TO)

    return synthesize(build, region=region)


def test_each_region_has_the_images_of_its_prefixes(synthesize_module: Callable[..., Json]) -> None:
    stack = replicated(synthesize_module)
    (configuration,) = stack["resource"]["aws_ecr_replication_configuration"].values()
    account = "${data.aws_caller_identity.account.account_id}"
    assert configuration["replication_configuration"]["rule"] == [
        {
            "destination": [{"region": region, "registry_id": account}],
            "repository_filter": [{"filter": one, "filter_type": "PREFIX_MATCH"} for one in prefixes],
        }
        for region, prefixes in TO.prefixes.items()
    ]


def test_a_region_does_not_replicate_to_itself(synthesize_module: Callable[..., Json]) -> None:
    with pytest.raises(
        ProblemsError, match="prefixes: got eu-west-2, the stack's own; allowed: other regions"
    ):
        replicated(synthesize_module, "eu-west-2")


@pytest.mark.parametrize(
    ("prefixes", "said"),
    [
        ({}, "prefixes: got 0 regions; allowed: 1 to 10"),
        ({"eu-west-2": ()}, "prefixes[eu-west-2]: got 0 of them; allowed: 1 to 100 different ones"),
        (
            {"eu-west-2": ("shop-", "shop-")},
            "prefixes[eu-west-2]: got 2 of them; allowed: 1 to 100 different",
        ),
        ({"eu-west-2": ("Shop",)}, "prefixes"),
        ({"here": ("shop-",)}, "prefixes"),
    ],
)
def test_what_ecr_would_refuse_is_refused(prefixes: dict[str, Any], said: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        ReplicationSettings(prefixes=prefixes)
    assert said in str(refused.value)
