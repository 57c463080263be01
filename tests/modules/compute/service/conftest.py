"""Three services, synthesized once: a public one, a database on a file system, a background one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def shipped(synthesize_module: Callable[..., Any], shop: Callable[..., Any], read: Callable[..., Any]) -> Any:
    """The stack of the three."""
    return read(synthesize_module(lambda stack, context: fill(shop(stack, context, "web", "store", "jobs"))))


def fill(shop: Any) -> None:
    """A public service with a sidecar, a database on a file system, a background service."""
    from modules.compute.cluster.settings import Capacity
    from modules.compute.repository.repository import Repository
    from modules.compute.repository.settings import RepositorySettings
    from modules.compute.service.container_settings import ContainerSettings, http_health
    from modules.compute.service.scaling_settings import ScalingSettings
    from modules.compute.service.settings import DeploymentSettings, ServiceSettings
    from modules.iam.client_access import ClientAccess
    from modules.iam.policy import Statement
    from modules.storage.file_system.file_system import FileSystem
    from modules.storage.file_system.settings import FileSystemSettings

    read = Statement(actions=["secretsmanager:GetSecretValue"], resources=["arn:secret"])
    database = ClientAccess(
        environment={"DATABASE_HOST": "db", "A": "1"},
        secrets={"DATABASE_PASSWORD": "arn:secret:PW::"},
        statements=(Statement(actions=["s3:GetObject"], resources=["arn:bucket/*"]),),
        execution_statements=(read,),
    )
    cache = ClientAccess(secrets={"REDIS_AUTH_TOKEN": "arn:secret:T::"}, execution_statements=(read,))
    for name, settings in (
        ("web", RepositorySettings(moving_tags=("prod",))),
        ("jobs", RepositorySettings(tag_mutability="IMMUTABLE_WITH_EXCLUSION", protected=False)),
    ):
        Repository(
            shop.stack,
            f"{name}-repository",
            context=shop.context,
            service=name,
            key=shop.key,
            settings=settings,
        )
    files = FileSystem(
        shop.stack,
        "files",
        context=shop.context,
        network=shop.network,
        security_group=shop.security_groups.group("store"),
        key=shop.key,
        service="store",
        settings=FileSystemSettings(user_id=101, group_id=101),
    )
    store = shop.service(
        ServiceSettings(
            name="store",
            cpu=512,
            memory=1024,
            count=1,
            container=ContainerSettings(ports={"native": 9000}, read_only_root=False),
            deployment=DeploymentSettings(minimum_percent=0, maximum_percent=100),
        ),
        volumes={"/var/lib/store": files},
    )
    shop.service(
        ServiceSettings(
            name="web",
            cpu=256,
            memory=512,
            container=ContainerSettings(
                ports={"http": 8080},
                working_directory="/srv",
                command=("serve", "${PORT}"),
                environment={"LOG_LEVEL": "info"},
                labels={"team": "shop"},
                health_check=http_health(8080),
                starts_after={"proxy": "START"},
            ),
            sidecars={"proxy": ContainerSettings(image="proxy:1", memory=128)},
            scaling=ScalingSettings(minimum=2, maximum=10),
        ),
        access=[database, cache],
        sidecar_access={"proxy": [ClientAccess(environment={"PROXIED": "db"})]},
        target=shop.target("web", 8080),
        after=[store],
    )
    shop.service(
        ServiceSettings(
            name="jobs",
            cpu=256,
            memory=512,
            count=1,
            capacity=Capacity.SPOT_FIRST,
            exec_enabled=False,
            public_ip=True,
            tags={"DataClassification": "pii"},
            deployment=DeploymentSettings(alarms=None),
        )
    )


@pytest.fixture
def scale(
    synthesize_module: Callable[..., Any], shop: Callable[..., Any], read: Callable[..., Any]
) -> Callable[..., Any]:
    """`scale(settings, metrics)` gives the resources of a service that scales so."""

    def build(scaling: Any, metrics: Any = None, **service: Any) -> Any:
        from modules.compute.service.container_settings import ContainerSettings
        from modules.compute.service.settings import ServiceSettings

        routed = service.pop("routed", True)
        settings = ServiceSettings(
            name="web",
            cpu=256,
            memory=512,
            container=ContainerSettings(ports={"http": 8080}),
            scaling=scaling,
            **service,
        )

        def fill(stack: Any, context: Any) -> None:
            one = shop(stack, context, "web")
            target = one.target("web", 8080) if routed else None
            one.service(settings, target=target, scaling_metrics=metrics)

        return read(synthesize_module(fill))

    return build
