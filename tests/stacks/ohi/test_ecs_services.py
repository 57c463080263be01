"""OHI's services as they ship: a task, a service, an image, logs and roles for each row of the table."""

from __future__ import annotations

import json

import pytest

from modules.compute.cluster.settings import Capacity
from stacks.ohi.schema import OhiSettings
from stacks.ohi.services import Service
from stacks.ohi.settings import ENVIRONMENTS
from tests.stacks.synthesized import Json, at, every, only

CASES = [(settings, service) for settings in ENVIRONMENTS for service in settings.services]
IDS = [f"{settings.environment.naming.environment}-{service.name}" for settings, service in CASES]
EVERY_SERVICE = pytest.mark.parametrize(("settings", "service"), CASES, ids=IDS)


def container(stack: Json, service: str) -> Json:
    task = at(stack, "aws_ecs_task_definition", f"services/{service}/task/Default")
    (found,) = [each for each in json.loads(task["container_definitions"]) if each["name"] == service]
    return dict(found)


@EVERY_SERVICE
def test_a_task_has_the_size_and_ports_of_the_table(service: Service, stack: Json) -> None:
    task = at(stack, "aws_ecs_task_definition", f"services/{service.name}/task/Default")
    assert (task["cpu"], task["memory"]) == (str(service.cpu), str(service.memory))
    assert (task["network_mode"], task["requires_compatibilities"]) == ("awsvpc", ["FARGATE"])
    mapped = [port["containerPort"] for port in container(stack, service.name).get("portMappings", [])]
    assert mapped == list(service.ports.values())


@EVERY_SERVICE
def test_a_container_is_judged_stopped_and_limited(
    settings: OhiSettings, service: Service, stack: Json
) -> None:
    found = container(stack, service.name)
    assert found["healthCheck"]["command"][0] in {"CMD", "CMD-SHELL"}
    assert 0 < found["stopTimeout"] <= 120
    assert found["ulimits"][0]["name"] == "nofile"
    assert found["dockerLabels"]["service"] == service.name
    assert found["logConfiguration"]["logDriver"] == "awslogs"
    assert {"name": "LOG_LEVEL", "value": settings.log_level} in found["environment"]


@EVERY_SERVICE
def test_a_service_rolls_forward_as_set_and_back_on_failure(
    settings: OhiSettings, service: Service, stack: Json
) -> None:
    found = at(stack, "aws_ecs_service", f"services/{service.name}/Default")
    assert found["desired_count"] == service.count
    deployment = settings.tasks[service.name].deployment
    assert found["deployment_minimum_healthy_percent"] == deployment.minimum_percent
    assert found["deployment_maximum_percent"] == deployment.maximum_percent
    assert found["deployment_circuit_breaker"] == {"enable": True, "rollback": True}
    assert found["enable_execute_command"] is True
    assert found["network_configuration"]["assign_public_ip"] is False
    assert all("network_private-" in subnet for subnet in found["network_configuration"]["subnets"])
    groups = found["network_configuration"]["security_groups"]
    assert [group.split("_")[3] for group in groups] == [service.name, "ecs-tasks"]
    grace = deployment.health_check_grace_seconds if service.host else None
    assert found.get("health_check_grace_period_seconds") == grace


@EVERY_SERVICE
def test_what_scales_does_so_within_the_bounds_and_terraform_lets_it(service: Service, stack: Json) -> None:
    found = at(stack, "aws_ecs_service", f"services/{service.name}/Default")
    ignored = (found.get("lifecycle") or {}).get("ignore_changes", [])
    assert ("desired_count" in ignored) is (service.maximum is not None)
    if service.maximum is None:
        return
    target = at(stack, "aws_appautoscaling_target", f"services/{service.name}/scaling/Default")
    assert (target["min_capacity"], target["max_capacity"]) == (service.minimum, service.maximum)
    assert target["min_capacity"] <= service.count <= target["max_capacity"]


@EVERY_SERVICE
def test_names_logs_and_images_are_of_the_service_and_the_environment(
    settings: OhiSettings, service: Service, stack: Json
) -> None:
    environment, region = settings.environment.naming.environment, settings.environment.region
    found = at(stack, "aws_ecs_service", f"services/{service.name}/Default")
    assert found["name"] == f"ohi-{environment}-{service.name}-service"
    logs = at(stack, "aws_cloudwatch_log_group", f"services/{service.name}/log-group")
    assert logs["name"] == f"/ecs/ohi-{environment}/{service.name}"
    assert logs["retention_in_days"] == settings.log_retention_days
    image = at(stack, "aws_ssm_parameter", f"services/{service.name}-image/parameter")
    account, _, rest = image["insecure_value"].partition(".dkr.")
    assert account.startswith("${data.aws_caller_identity.")
    assert rest == f"ecr.{region}.amazonaws.com/ohi-{service.name}:{environment}"


@EVERY_SERVICE
def test_roles_are_the_service_s_own(service: Service, stack: Json) -> None:
    task = at(stack, "aws_ecs_task_definition", f"services/{service.name}/task/Default")
    for role in ("execution", "task"):
        named = f"services_{service.name}_roles_{role}_"
        assert task[f"{role}_role_arn"].startswith(f"${{aws_iam_role.{named}")


def test_every_listening_service_is_found_by_name(settings: OhiSettings, stack: Json) -> None:
    namespace = only(stack, "aws_service_discovery_private_dns_namespace")
    assert namespace["name"] == f"{settings.environment.naming.base}.local"
    found = every(stack, "aws_service_discovery_service")
    assert {one["name"] for one in found} == {one.name for one in settings.services if one.ports}
    assert all(one["dns_config"]["routing_policy"] == "MULTIVALUE" for one in found)
    assert all(one["health_check_custom_config"] == {"failure_threshold": 1} for one in found)


def test_services_run_on_the_capacity_of_the_cluster(settings: OhiSettings, stack: Json) -> None:
    found = [one["capacity_provider_strategy"] for one in every(stack, "aws_ecs_service")]
    assert len(found) == len(settings.services)
    spot = settings.cluster.capacity is Capacity.SPOT_FIRST
    providers = {tuple(sorted(each["capacity_provider"] for each in one)) for one in found}
    assert providers == {("FARGATE", "FARGATE_SPOT") if spot else ("FARGATE",)}


@pytest.mark.parametrize(
    ("service", "path"), [("clickhouse", "/var/lib/clickhouse"), ("signoz-query", "/var/lib/signoz")]
)
def test_what_keeps_data_keeps_it_on_an_encrypted_backed_up_file_system(
    service: str, path: str, stack: Json
) -> None:
    task = at(stack, "aws_ecs_task_definition", f"services/{service}/task/Default")
    (volume,) = [each for each in task["volume"] if "efs_volume_configuration" in each]
    configuration = volume["efs_volume_configuration"]
    assert configuration["transit_encryption"] == "ENABLED"
    point = f"aws_efs_access_point.{service}-storage_"
    assert point in json.dumps(configuration["authorization_config"])
    mounted = {point["containerPath"] for point in container(stack, service)["mountPoints"]}
    assert path in mounted
    assert at(stack, "aws_efs_file_system", f"{service}-storage/Default")["encrypted"] is True
    backup = at(stack, "aws_efs_backup_policy", f"{service}-storage/backup")
    assert backup["backup_policy"] == {"status": "ENABLED"}


def test_every_repository_scans_and_refuses_to_overwrite_a_tag(settings: OhiSettings, stack: Json) -> None:
    repositories = every(stack, "aws_ecr_repository")
    assert {each["name"] for each in repositories} == {f"ohi-{row.name}" for row in settings.services}
    assert all(each["image_scanning_configuration"] == {"scan_on_push": True} for each in repositories)
    assert all(each["image_tag_mutability"] == "IMMUTABLE" for each in repositories)
