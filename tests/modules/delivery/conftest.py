"""A small product of a web and a worker from one image, and the pipeline that deploys them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.compute.conftest import Shipped, shop

__all__ = ["Shipped", "shop"]

Json = dict[str, Any]
PROXY = "public.ecr.aws/example/pgbouncer:1.25.2"


@pytest.fixture(scope="session")
def delivered(shop: Callable[..., Any]) -> Callable[..., Any]:
    """`delivered(stack, context, **settings)` adds cluster, services and pipeline to a stack, and gives it.

    `web` is changes to the web's settings, `services` its pipeline's services, by the web and the worker.
    """

    def build(stack: Any, context: Any, **changed: Any) -> Any:
        from modules.compute.service.container_settings import ContainerSettings
        from modules.compute.service.settings import ServiceSettings
        from modules.delivery import Pipeline, PipelineService, PipelineSettings

        built = shop(stack, context, "web", "worker")
        image = built.image("web")
        web = {
            "container": ContainerSettings(ports={"http": 8000}),
            "sidecars": {"pgbouncer": ContainerSettings(image=PROXY, memory=64)},
            **changed.pop("web", {}),
        }
        services = {
            "web": built.service(ServiceSettings(name="web", cpu=256, memory=512, **web), image=image),
            "worker": built.service(
                ServiceSettings(name="worker", cpu=256, memory=512, **changed.pop("worker", {})), image=image
            ),
        }
        listed = changed.pop("services", lambda one: [PipelineService(service=each) for each in one.values()])
        network = changed.pop("network", lambda _: None)(built)
        settings = {
            "repository": "example/shop",
            "branch": "main",
            "approval": None,
            "protected": False,
            **changed,
        }
        return Pipeline(
            stack,
            "pipeline",
            context=context,
            cluster=built.cluster,
            services=listed(services),
            settings=PipelineSettings(**settings),
            network=network,
        )

    return build


@pytest.fixture(scope="session")
def shipped(synthesize_module: Callable[..., Json], delivered: Callable[..., Any]) -> Callable[..., Shipped]:
    """`shipped(**settings)` reads the JSON of a stack with a pipeline."""
    return lambda **changed: Shipped(
        synthesize_module(lambda stack, context: delivered(stack, context, **changed))
    )
