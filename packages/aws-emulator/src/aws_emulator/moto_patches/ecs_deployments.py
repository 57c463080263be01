"""Service deployments and service revisions of ECS."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException, ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse

from aws_emulator.moto_patches import Patch
from aws_emulator.moto_patches.ecs_deployments_life import Deployment, deployments_of

# DescribeServiceDeployments and -Revisions (Amazon ECS API Reference): "You can specify a maximum of 20".
_MOST = 20


class _NotFoundError(ECSException):
    code = "ServiceDeploymentNotFoundException"

    def __init__(self) -> None:
        super().__init__(
            "The service deploy ARN that you specified in the StopServiceDeployment doesn't exist."
        )


class _ConflictError(ECSException):
    code = "ConflictException"

    def __init__(self, status: str) -> None:
        super().__init__(f"The service deployment is {status} and cannot be stopped.")


class ListServiceDeployments(Patch, of=EC2ContainerServiceResponse):
    """ListServiceDeployments (Amazon ECS API Reference): those of a service, latest first, by status and
    time of creation; moto has no such call.
    """

    def list_service_deployments(self: Any) -> Any:
        """List them."""
        cluster, name = self._get_param("cluster", "default"), self._get_param("service")
        service = self.ecs_backend._get_service(cluster, name.rpartition("/")[2])  # noqa: SLF001 - moto's own way
        if service.status != "ACTIVE":
            raise ServiceNotFoundException
        wanted, created = self._get_param("status"), self._get_param("createdAt") or {}
        found = [one for one in deployments_of(service) if not wanted or one.status in wanted]
        if after := created.get("after"):
            found = [one for one in found if one.createdAt.timestamp() >= float(after)]
        if before := created.get("before"):
            found = [one for one in found if one.createdAt.timestamp() <= float(before)]
        size, start = self._get_param("maxResults") or 20, int(self._get_param("nextToken") or 0)
        more = {"nextToken": str(start + size)} if len(found) > start + size else {}
        listed = [_brief(service, one) for one in found[start : start + size]]
        return ActionResult({"serviceDeployments": listed, **more})


class DescribeServiceDeployments(Patch, of=EC2ContainerServiceResponse):
    """DescribeServiceDeployments (Amazon ECS API Reference); moto has no such call."""

    def describe_service_deployments(self: Any) -> Any:
        """Describe those there are; the others are failures."""
        given = _given(self, "serviceDeploymentArns")
        known = {one.serviceDeploymentArn: (service, one) for service, one in _all(self.ecs_backend)}
        found = [_whole(*known[arn]) for arn in given if arn in known]
        return ActionResult({"serviceDeployments": found, "failures": _missing(given, known)})


class DescribeServiceRevisions(Patch, of=EC2ContainerServiceResponse):
    """DescribeServiceRevisions (Amazon ECS API Reference); moto has no such call."""

    def describe_service_revisions(self: Any) -> Any:
        """Describe those there are; the others are failures."""
        given = _given(self, "serviceRevisionArns")
        known = {one.serviceRevisionArn: (service, one) for service, one in _all(self.ecs_backend)}
        found = [_revision(*known[arn]) for arn in given if arn in known]
        return ActionResult({"serviceRevisions": found, "failures": _missing(given, known)})


class StopServiceDeployment(Patch, of=EC2ContainerServiceResponse):
    """StopServiceDeployment (Amazon ECS API Reference): ROLLBACK by default; one that has ended is a
    conflict; moto has no such call.
    """

    def stop_service_deployment(self: Any) -> Any:
        """Begin to stop it."""
        arn = self._get_param("serviceDeploymentArn")
        one = next((one for _, one in _all(self.ecs_backend) if one.serviceDeploymentArn == arn), None)
        if one is None:
            raise _NotFoundError
        if not one.ongoing:
            raise _ConflictError(one.status)
        one.stop(self._get_param("stopType") or "ROLLBACK")
        return ActionResult({"serviceDeploymentArn": arn})


def _all(backend: Any) -> list[tuple[Any, Deployment]]:
    active = [one for one in backend.services.values() if one.status == "ACTIVE"]
    return [(service, one) for service in active for one in deployments_of(service)]


def _given(response: Any, name: str) -> list[str]:
    given: list[str] = response._get_param(name) or []  # noqa: SLF001 - moto's own way
    if len(given) > _MOST:
        raise InvalidParameterException(f"{name} cannot have more than {_MOST} items.")
    return given


def _missing(given: list[str], known: Any) -> list[dict[str, str]]:
    return [{"arn": arn, "reason": "MISSING"} for arn in given if arn not in known]


def _brief(service: Any, one: Deployment) -> dict[str, Any]:
    names = ("serviceDeploymentArn", "createdAt", "startedAt", "finishedAt", "status", "statusReason")
    return {
        **_present(one, names),
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "targetServiceRevisionArn": one.serviceRevisionArn,
    }


def _whole(service: Any, one: Deployment) -> dict[str, Any]:
    breaker = one.configuration.get("deploymentCircuitBreaker") or {}
    alarms = one.configuration.get("alarms") or {}
    tripped = one.failures >= one.threshold
    whole = {
        **_brief(service, one),
        **_present(one, ("updatedAt", "stoppedAt", "rollback")),
        "sourceServiceRevisions": [_summary(service, one.source)] if one.source else [],
        "targetServiceRevision": _summary(service, one),
        "deploymentConfiguration": one.configuration,
        "deploymentCircuitBreaker": {
            "status": _monitor(one, breaker, triggered=tripped),
            "failureCount": one.failures,
            "threshold": one.threshold,
        },
        "alarms": {
            "status": _monitor(one, alarms, triggered=bool(one.triggered)),
            "alarmNames": alarms.get("alarmNames", []),
            "triggeredAlarmNames": one.triggered,
        },
    }
    del whole["targetServiceRevisionArn"]
    return whole


def _present(one: Deployment, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names if getattr(one, name) is not None}


def _monitor(one: Deployment, configured: dict[str, Any], *, triggered: bool) -> str:
    if not configured.get("enable"):
        return "DISABLED"
    if triggered:
        return "TRIGGERED"
    return "MONITORING" if one.ongoing else "MONITORING_COMPLETE"


def _summary(service: Any, one: Deployment) -> dict[str, Any]:
    counts = one.counts
    return {
        "arn": one.serviceRevisionArn,
        "requestedTaskCount": service.desired_count,
        "runningTaskCount": counts["runningCount"],
        "pendingTaskCount": counts["pendingCount"],
    }


def _revision(service: Any, one: Deployment) -> dict[str, Any]:
    images = [
        {"containerName": each["name"], "image": each["image"]}
        | ({"imageDigest": digest} if (digest := each["image"].partition("@")[2]) else {})
        for each in one.definition.container_definitions
    ]
    given = {
        "launchType": service.launch_type,
        "capacityProviderStrategy": getattr(service, "capacityProviderStrategy", None),
        "platformVersion": service.platform_version,
        "networkConfiguration": service.network_configuration or None,
        "loadBalancers": service.load_balancers or None,
        "serviceRegistries": service.service_registries or None,
    }
    return {
        "serviceRevisionArn": one.serviceRevisionArn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "taskDefinition": one.definition.arn,
        "containerImages": images,
        "createdAt": one.createdAt,
        **{name: value for name, value in given.items() if value is not None},
    }
