"""The client access of a service's dependencies, merged. Imports no provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...edge.load_balancer.target import Target
from ...errors import Problem, refusal
from ...iam.client_access import ClientAccess
from .scaling_metrics import ScalingMetric, scaling_problems
from .settings import ServiceSettings


def merged_access(access: Sequence[ClientAccess]) -> ClientAccess:
    """The variables and secrets of all dependencies."""
    return ClientAccess(
        environment={name: value for one in access for name, value in one.environment.items()},
        secrets={name: value for one in access for name, value in one.secrets.items()},
    )


def service_problems(
    settings: ServiceSettings,
    target: Target | None,
    access: Mapping[str, Sequence[ClientAccess]],
    scaling_metrics: Mapping[str, ScalingMetric],
) -> Iterator[Problem]:
    """Variables set twice, access for an unknown container, a target on a port without a listener, metrics
    that can't scale the service."""
    for name, given in access.items():
        if name not in settings.containers:
            why = refusal(got=repr(name), allowed=", ".join(settings.containers), fix="name one of these")
            yield Problem(where=f"{settings.name}.sidecar_access", what=why)
            continue
        sources = [settings.containers[name].environment, *(one.environment for one in given)]
        sources += [one.secrets for one in given]
        variables = [variable for source in sources for variable in source]
        for variable in sorted({one for one in variables if variables.count(one) > 1}):
            why = refusal(got=f"{variable} twice", allowed="each variable once", fix="rename or remove one")
            yield Problem(where=f"{settings.name}.{name}.environment", what=why)
    ports = settings.container.ports
    if target and target.port not in ports.values():
        allowed = ", ".join(map(str, ports.values())) or "none, it listens on no port"
        why = refusal(got=target.port, allowed=allowed, fix="route to one of its ports")
        yield Problem(where=f"{settings.name}.target", what=why)
    if settings.deployment.strategy == "BLUE_GREEN" and not (target and target.alternate_target_group_arn):
        why = refusal(
            got="BLUE_GREEN", allowed="behind a target with an alternate group", fix="give it one, or roll"
        )
        yield Problem(where=f"{settings.name}.deployment.strategy", what=why)
    for found in scaling_problems(settings.scaling, scaling_metrics, has_target=target is not None):
        yield Problem(where=f"{settings.name}.{found.where}", what=found.what)
