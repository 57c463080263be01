"""Settings of ECS services. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...log_retention import RetentionDays
from ...provider import Requirement
from ...settings import settings
from ...values import (
    CpuUnits,
    Mebibytes,
    Name,
    NotNegative,
    Percent,
    Periods,
    Positive,
    TagKey,
    TagValue,
    Tasks,
)
from ..cluster.settings import Capacity
from .container_settings import ContainerSettings
from .fargate_sizes import size_problems
from .migration import ServiceMigration
from .scaling_settings import ScalingSettings
from .start_up_order import start_up_problems

# ECS API: DeploymentConfiguration, bakeTimeInMinutes.
_BakeMinutes = Annotated[int, Field(ge=0, le=1_440)]


@settings
class DeploymentAlarms:
    """Thresholds that roll a deployment back, when exceeded for `minutes` in a row."""

    minutes: Periods = 2
    server_errors_per_minute: Positive = 10
    memory_percent: Percent = 95


@settings
class DeploymentSettings:
    """Deployments of a service. Percentages are of the desired count.

    A service whose tasks must not overlap, such as a database on a shared volume, takes 0 % to 100 %.
    `wait_for_steady_state` makes `terraform apply` wait. It is off: the first apply has no image to start
    yet, and the pipeline waits for its own deployments. A rollback shows in the next plan.
    """

    strategy: Literal["ROLLING", "BLUE_GREEN"] = "ROLLING"
    minimum_percent: NotNegative = 100
    maximum_percent: Positive = 200
    health_check_grace_seconds: NotNegative = 60
    alarms: DeploymentAlarms | None = DeploymentAlarms()
    # Blue/green only: how long the old tasks keep running after the traffic has shifted.
    bake_minutes: _BakeMinutes = 5
    wait_for_steady_state: bool = False

    def problems(self) -> Iterator[Problem]:
        """Percentages that let no task be replaced."""
        if not self.minimum_percent <= 100 <= self.maximum_percent or (
            self.minimum_percent == self.maximum_percent
        ):
            why = refusal(
                got=f"{self.minimum_percent} % to {self.maximum_percent} %",
                allowed="up to 100 % to 100 % or more, not both 100 %",
                fix="lower the minimum or raise the maximum",
            )
            yield Problem(where="minimum_percent", what=why)


@settings
class ServiceSettings:
    """A service of one task definition. `cpu` is in CPU units, `memory` in MiB, both of the whole task.

    `container` is the main container and has the service's name; `sidecars` are by name. `starts_after` names
    services. Without `scaling`, `count` tasks run; with it, `count` is only the initial number.
    """

    name: Name
    cpu: CpuUnits
    memory: Mebibytes
    # Two survive the loss of a zone.
    count: Tasks = 2
    container: ContainerSettings = ContainerSettings()
    sidecars: Mapping[Name, ContainerSettings] = field(default_factory=dict)
    scaling: ScalingSettings | None = None
    deployment: DeploymentSettings = DeploymentSettings()
    starts_after: tuple[Name, ...] = ()
    capacity: Capacity | None = None  # None: the cluster's
    architecture: Literal["X86_64", "ARM64"] = "X86_64"
    ephemeral_storage_gib: int | None = None  # None: the 20 GiB that are free
    log_retention_days: RetentionDays = 30
    exec_enabled: bool = True
    # Its tasks may protect themselves: while one does, neither scaling nor a deployment stops it. For jobs
    # that take longer than `stop_timeout_seconds`.
    task_protection: bool = False
    # In a public subnet with a public IP address, for networks without a NAT gateway.
    public_ip: bool = False
    # What `infra migrate` runs. Where a pipeline has one, that is taken.
    migration: ServiceMigration | None = None
    tags: Mapping[TagKey, TagValue] = field(default_factory=dict)

    @property
    def containers(self) -> dict[str, ContainerSettings]:
        """All containers of the task, by name."""
        return {self.name: self.container, **self.sidecars}

    @property
    def required_provider(self) -> Requirement | None:
        """The setting that needs a newer AWS provider than every stack does, the newest."""
        # Provider changelog: predictive policies of ECS, 6.13.0; native blue/green deployments, 6.4.0.
        if self.scaling and self.scaling.predictive:
            return Requirement("6.13.0", "scaling.predictive")
        if self.deployment.strategy == "BLUE_GREEN":
            return Requirement("6.4.0", 'strategy="BLUE_GREEN"')
        return None

    def problems(self) -> Iterator[Problem]:
        """Sizes, counts, containers and storage that Fargate would refuse; a cycle in the start-up order."""
        for found in (*self._service_problems(), *self._container_problems()):
            yield Problem(where=f"{self.name}.{found.where}", what=found.what)

    def _service_problems(self) -> Iterator[Problem]:
        yield from size_problems(self.cpu, self.memory)
        if (scaling := self.scaling) and not scaling.minimum <= self.count <= scaling.maximum:
            allowed = f"{scaling.minimum} to {scaling.maximum}, as it scales"
            yield Problem(
                where="count", what=refusal(got=self.count, allowed=allowed, fix="move it in between")
            )
        if scaling and scaling.counts_requests and self.deployment.strategy == "BLUE_GREEN":
            # The label of the metric names one target group, and the traffic moves between two.
            allowed = "cpu and memory with BLUE_GREEN"
            yield Problem(
                where="scaling",
                what=refusal(got="requests", allowed=allowed, fix="leave requests out, or roll"),
            )
        if self.name in self.starts_after:
            why = refusal(got="itself", allowed="other services", fix="remove it")
            yield Problem(where="starts_after", what=why)
        # ECS API reference, EphemeralStorage.
        if self.ephemeral_storage_gib is not None and not 21 <= self.ephemeral_storage_gib <= 200:
            why = refusal(got=self.ephemeral_storage_gib, allowed="21 to 200", fix="or None for 20")
            yield Problem(where="ephemeral_storage_gib", what=why)

    def _container_problems(self) -> Iterator[Problem]:
        for name, sidecar in self.sidecars.items():
            if name == self.name or sidecar.image is None:
                why = refusal(
                    got=f"sidecar {name}", allowed="a name and an image of its own", fix="give it both"
                )
                yield Problem(where="sidecars", what=why)
        for size, whole in (("cpu", self.cpu), ("memory", self.memory)):
            taken = {name: getattr(one, size) or 0 for name, one in self.containers.items()}
            # A container without a limit needs a remainder.
            if sum(taken.values()) > whole - (0 if taken[self.name] else 1):
                got = " + ".join(f"{name} {one}" for name, one in taken.items() if one)
                why = refusal(
                    got=got, allowed=f"less than the task's {whole}", fix="shrink them or grow the task"
                )
                yield Problem(where=f"containers.{size}", what=why)
        numbers = [number for one in self.containers.values() for number in one.ports.values()]
        for number in sorted({number for number in numbers if numbers.count(number) > 1}):
            why = refusal(got=f"port {number} twice", allowed="once a task", fix="move one of them")
            yield Problem(where="containers.ports", what=why)
        yield from start_up_problems({name: one.starts_after for name, one in self.containers.items()})
