"""Settings of containers, services and repositories: everything AWS would refuse is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from modules.compute.repository.settings import RepositorySettings
from modules.compute.service.container_settings import ContainerSettings, HealthCheck
from modules.compute.service.scaling_settings import ScalingSettings
from modules.compute.service.settings import DeploymentSettings, ServiceSettings
from modules.errors import ProblemsError

SIDECAR = ContainerSettings(image="proxy:1", ports={"sql": 6432})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"memory": 4096}, r"web\.memory: got 4096 MiB with 256 CPU units; allowed: 512, 1024, 2048"),
        ({"cpu": 300}, r"web\.cpu: got 300 CPU units"),
        ({"count": 9}, r"web\.count: got 9; allowed: 1 to 3, as it scales"),
        ({"starts_after": ("web",)}, r"web\.starts_after: got itself"),
        ({"log_retention_days": 8}, r"log_retention_days: got 8 days; allowed: 1, 3, 5, 7, 14"),
        ({"ephemeral_storage_gib": 20}, r"ephemeral_storage_gib: got 20; allowed: 21 to 200"),
        (
            {"sidecars": {"proxy": ContainerSettings()}},
            r"web\.sidecars: got sidecar proxy; allowed: a name and",
        ),
        ({"sidecars": {"web": SIDECAR}}, r"web\.sidecars: got sidecar web"),
        (
            {"sidecars": {"proxy": ContainerSettings(image="x", memory=512)}},
            r"containers\.memory: got proxy 512; allowed: less than the task's 512",
        ),
        (
            {"sidecars": {"proxy": ContainerSettings(image="x", cpu=300)}},
            r"containers\.cpu: got proxy 300; allowed: less than the task's 256",
        ),
        (
            {"container": ContainerSettings(ports={"http": 6432}), "sidecars": {"proxy": SIDECAR}},
            r"containers\.ports: got port 6432 twice",
        ),
        (
            {
                "container": ContainerSettings(starts_after={"proxy": "HEALTHY"}),
                "sidecars": {"proxy": ContainerSettings(image="x", starts_after={"web": "START"})},
            },
            r"starts_after: got (web → proxy → web|proxy → web → proxy)",
        ),
        ({"colour": "red"}, r"ServiceSettings\.colour: there is no such setting"),
    ],
)
def test_a_service_that_ecs_would_refuse_is_refused(fields: dict[str, Any], message: str) -> None:
    scaling = ScalingSettings(minimum=1, maximum=3)
    with pytest.raises(ProblemsError, match=message):
        ServiceSettings(**{"name": "web", "cpu": 256, "memory": 512, "scaling": scaling, **fields})


def test_all_problems_of_a_service_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        ServiceSettings(name="web", cpu=256, memory=513, starts_after=("web",), ephemeral_storage_gib=1)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"minimum": 4, "maximum": 3}, r"minimum: got minimum 4 over maximum 3"),
        ({"minimum": -1, "maximum": 3}, r"minimum: got -1"),
        ({"minimum": 0, "maximum": 0}, r"maximum: got 0"),
        ({"minimum": 1, "maximum": 3, "cpu_percent": 101}, r"cpu_percent: got 101; allowed: 100 or less"),
    ],
)
def test_scaling_that_contradicts_itself_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        ScalingSettings(**fields)


def test_scaling_may_reach_its_bounds() -> None:
    scaling = ScalingSettings(minimum=3, maximum=3, cpu_percent=100, memory_percent=100)
    assert (scaling.scale_out_seconds, scaling.scale_in_seconds) == (60, 300)


@pytest.mark.parametrize(("minimum", "maximum"), [(100, 100), (101, 200), (0, 50)])
def test_percentages_that_exchange_nothing_are_refused(minimum: int, maximum: int) -> None:
    with pytest.raises(ProblemsError, match=f"got {minimum} % to {maximum} %"):
        DeploymentSettings(minimum_percent=minimum, maximum_percent=maximum)


def test_what_runs_once_may_stop_first() -> None:
    assert DeploymentSettings(minimum_percent=0, maximum_percent=100).minimum_percent == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"command": ("curl", "x")}, r"HealthCheck\.command: got .*allowed: CMD or CMD-SHELL"),
        ({"interval_seconds": 4}, r"interval_seconds: got 4; allowed: 5 to 300"),
        ({"timeout_seconds": 61}, r"timeout_seconds: got 61; allowed: 2 to 60"),
        ({"retries": 11}, r"retries: got 11; allowed: 1 to 10"),
        ({"start_period_seconds": 301}, r"start_period_seconds: got 301; allowed: 0 to 300"),
    ],
)
def test_a_health_check_out_of_bounds_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        HealthCheck(**{"command": ("CMD", "true"), **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"stop_timeout_seconds": 121}, r"stop_timeout_seconds: got 121; allowed: 0 to 120"),
        ({"ports": {"http": 65536}}, r"ports\.http: got 65536"),
        ({"working_directory": "srv"}, r"got 'srv'; allowed: an absolute path"),
        ({"starts_after": {"a": "READY"}}, r"starts_after"),
    ],
)
def test_a_container_that_fargate_would_refuse_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        ContainerSettings(**fields)


def test_only_what_needs_a_newer_provider_asks_for_it() -> None:
    service = ServiceSettings(name="web", cpu=256, memory=512)
    assert service.required_provider is None
    shifting = DeploymentSettings(strategy="BLUE_GREEN")
    blue_green = ServiceSettings(name="web", cpu=256, memory=512, deployment=shifting)
    assert blue_green.required_provider == ("6.4.0", 'strategy="BLUE_GREEN"')
    assert RepositorySettings().required_provider is None
    newer = RepositorySettings(tag_mutability="IMMUTABLE_WITH_EXCLUSION")
    assert newer.required_provider == ("6.25.0", 'tag_mutability="IMMUTABLE_WITH_EXCLUSION"')
    with pytest.raises(ProblemsError, match="moving_tags: got 5; allowed: at most 4"):
        RepositorySettings(moving_tags=("a", "b", "c", "d", "e"))
