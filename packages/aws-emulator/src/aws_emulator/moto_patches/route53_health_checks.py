"""Health checks of Route 53: their versions, and what they find of what they look at."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import Route53Backend
from moto.route53.responses import Route53

from aws_emulator.moto_patches import Patch
from aws_emulator.moto_patches.ecs_deployments_life import deployments_of
from aws_emulator.outages import OUTAGES

_REACHED = "Success: HTTP Status Code 200, OK"
_FAILED = "Failure: HTTP Status Code 503, Service Unavailable"
_REGIONS = ("us-east-1", "us-west-1", "us-west-2")  # of Route 53's health checkers, a few


class _VersionMismatchError(Route53ClientError):
    code = "HealthCheckVersionMismatch"
    message = "The health check was changed after this version."


class UpdateHealthCheck(Patch, of=Route53Backend):
    """UpdateHealthCheck (Amazon Route 53 API Reference): HealthCheckVersion is "incremented by 1 each time",
    and a version that is not the current one is refused; moto's stays 1."""

    def update_health_check(self: Any, health_check_id: str, health_check_args: dict[str, Any]) -> Any:
        """Count it."""
        check = UpdateHealthCheck.moto.update_health_check(self, health_check_id, health_check_args)
        check.health_check_version += 1
        return check


class GetHealthCheckStatus(Patch, of=Route53):
    """GetHealthCheckStatus (Amazon Route 53 API Reference): the latest status, by each health checker.

    moto's is always a success. A load balancer of this account answers if a service behind it runs tasks, or
    if it has none; everything else does unless a test orders an outage (`aws_emulator.outages`).
    """

    def get_health_check_status(self: Any) -> ActionResult:
        """As the endpoint is; what is disabled is looked at no more, and nothing is observed."""
        check = self.backend.get_health_check(self._get_param("HealthCheckId"))
        status = _REACHED if answers(check) else _FAILED
        report = {"Status": status, "CheckedTime": utcnow()}
        seen = [
            {"Region": one, "IPAddress": "192.0.2.1", "StatusReport": report}
            for one in (() if check.disabled else check.regions or _REGIONS)
        ]
        return ActionResult({"HealthCheckObservations": seen})

    def update_health_check(self: Any) -> ActionResult:
        """Refuse a version that is not the current one."""
        check = self.backend.get_health_check(self._get_param("HealthCheckId"))
        version = self._get_param("HealthCheckVersion")
        if version is not None and int(version) != check.health_check_version:
            raise _VersionMismatchError
        return GetHealthCheckStatus.moto.update_health_check(self)  # type: ignore[no-any-return]


def healthy(backend: Any, check: Any) -> bool:
    """What Route 53 takes a health check for.

    UpdateHealthCheck: a disabled one is "always healthy", and "in disabled state, you can also invert the
    status".
    """
    if check.disabled:
        found = True
    elif check.type_ == "CALCULATED":
        children = [healthy(backend, backend.get_health_check(one)) for one in check.children or ()]
        found = sum(children) >= int(check.health_threshold or 1)
    else:
        found = answers(check)
    return found != bool(check.inverted)


def answers(check: Any) -> bool:
    """Whether the endpoint answers."""
    name = str(check.fqdn or check.ip_address or "").rstrip(".").lower()
    if any(one in name for one in OUTAGES.endpoints):
        return False
    found = _balancer(name)
    if found is None:
        return True
    backend, balancer = found
    if backend.region_name in OUTAGES.regions:
        return False
    running = _running(backend, balancer)
    return running is None or running > 0


def _balancer(name: str) -> tuple[Any, Any] | None:
    for regions in [account for _, account in elbv2_backends.items()]:
        for backend in regions.values():
            for balancer in backend.load_balancers.values():
                if balancer.dns_name.lower() == name:
                    return backend, balancer
    return None


def _running(backend: Any, balancer: Any) -> int | None:
    """How many tasks run behind a load balancer; None if no service is."""
    ecs = ecs_backends[backend.account_id][backend.region_name]
    groups = {arn for arn, group in backend.target_groups.items() if balancer.arn in group.load_balancer_arns}
    behind = [
        service
        for service in ecs.services.values()
        if any(one.get("targetGroupArn") in groups for one in service.load_balancers or ())
    ]
    for service in behind:
        deployments_of(service)
    return sum(service.running_count for service in behind) if behind else None
