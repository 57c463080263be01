"""OHI's services as they ship: tasks, scaling, deployment, discovery, images, logs.

See docs/specification/ohi.md, "The services".
"""

from __future__ import annotations

import json

import pytest

from stacks.ohi.services import Column, Service, services
from tests.stacks.synthesized import Json, at, every, only

CASES = [(column, service) for column in Column for service in services(column)]
IDS = [f"{column}-{service.name}" for column, service in CASES]
EVERY_SERVICE = pytest.mark.parametrize(("column", "service"), CASES, ids=IDS)
EVERY_ENVIRONMENT = pytest.mark.parametrize("column", Column)


@pytest.fixture
def stack(column: Column, stacks: dict[str, Json]) -> Json:
    return stacks[f"ohi-{column}"]


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
def test_a_container_is_judged_stopped_and_limited(column: Column, service: Service, stack: Json) -> None:
    found = container(stack, service.name)
    assert found["healthCheck"]["command"][0] == "CMD-SHELL"
    assert 0 < found["stopTimeout"] <= 120
    assert found["ulimits"][0]["name"] == "nofile"
    assert found["dockerLabels"]["service"] == service.name
    assert found["logConfiguration"]["logDriver"] == "awslogs"
    assert {"name": "LOG_LEVEL", "value": "debug" if column is Column.DEV else "info"} in found["environment"]


@EVERY_SERVICE
def test_a_service_rolls_between_100_and_200_percent_and_back_on_failure(
    service: Service, stack: Json
) -> None:
    found = at(stack, "aws_ecs_service", f"services/{service.name}/Default")
    assert found["desired_count"] == service.count
    # ClickHouse alone must never run twice on its files.
    bounds = (0, 100) if service.name == "clickhouse" else (100, 200)
    assert (found["deployment_minimum_healthy_percent"], found["deployment_maximum_percent"]) == bounds
    assert found["deployment_circuit_breaker"] == {"enable": True, "rollback": True}
    assert found["enable_execute_command"] is True
    assert found["network_configuration"]["assign_public_ip"] is False
    assert all("network_private-" in subnet for subnet in found["network_configuration"]["subnets"])
    groups = found["network_configuration"]["security_groups"]
    assert [group.split("_")[3] for group in groups] == [service.name, "ecs-tasks"]
    assert found.get("health_check_grace_period_seconds") == (60 if service.host else None)


@EVERY_SERVICE
def test_what_scales_does_so_within_the_bounds_and_terraform_lets_it(
    column: Column, service: Service, stack: Json
) -> None:
    found = at(stack, "aws_ecs_service", f"services/{service.name}/Default")
    ignored = (found.get("lifecycle") or {}).get("ignore_changes", [])
    assert ("desired_count" in ignored) is (service.maximum is not None)
    if service.maximum is None:
        return
    target = at(stack, "aws_appautoscaling_target", f"services/{service.name}/scaling/Default")
    bounds = {Column.PROD: (2, 10), Column.STAGING: (1, 5), Column.DEV: (1, 3)}[column]
    assert (target["min_capacity"], target["max_capacity"]) == bounds
    assert bounds[0] <= service.count <= bounds[1]
    for metric, value in (("cpu", 70), ("memory", 80)):
        policy = at(stack, "aws_appautoscaling_policy", f"services/{service.name}/scaling/{metric}")
        tracking = policy["target_tracking_scaling_policy_configuration"]
        assert tracking["target_value"] == value
        assert (tracking["scale_out_cooldown"], tracking["scale_in_cooldown"]) == (60, 300)


@EVERY_SERVICE
def test_names_logs_and_images_are_those_of_the_specification(
    column: Column, service: Service, stack: Json
) -> None:
    found = at(stack, "aws_ecs_service", f"services/{service.name}/Default")
    assert found["name"] == f"ohi-{column}-{service.name}-service"
    logs = at(stack, "aws_cloudwatch_log_group", f"services/{service.name}/log-group")
    assert logs["name"] == f"/ecs/ohi-{column}/{service.name}"
    assert logs["retention_in_days"] == (30 if column is Column.PROD else 7)
    image = at(stack, "aws_ssm_parameter", f"services/{service.name}-image/parameter")
    account, _, rest = image["insecure_value"].partition(".dkr.")
    assert account.startswith("${data.aws_caller_identity.")
    assert rest == f"ecr.eu-west-1.amazonaws.com/ohi-{service.name}:{column}"


@EVERY_SERVICE
def test_roles_are_the_service_s_own(service: Service, stack: Json) -> None:
    task = at(stack, "aws_ecs_task_definition", f"services/{service.name}/task/Default")
    for role in ("execution", "task"):
        named = f"services_{service.name}_roles_{role}_"
        assert task[f"{role}_role_arn"].startswith(f"${{aws_iam_role.{named}")


@EVERY_ENVIRONMENT
def test_every_listening_service_is_found_by_name(column: Column, stack: Json) -> None:
    namespace = only(stack, "aws_service_discovery_private_dns_namespace")
    assert namespace["name"] == f"ohi-{column}.local"
    found = every(stack, "aws_service_discovery_service")
    assert {one["name"] for one in found} == {one.name for one in services(column) if one.ports}
    assert all(one["dns_config"]["routing_policy"] == "MULTIVALUE" for one in found)
    assert all(one["health_check_custom_config"] == {"failure_threshold": 1} for one in found)


@EVERY_ENVIRONMENT
def test_dev_alone_runs_on_spot_first(column: Column, stack: Json) -> None:
    found = [one["capacity_provider_strategy"] for one in every(stack, "aws_ecs_service")]
    assert len(found) == 11
    providers = {tuple(sorted(each["capacity_provider"] for each in one)) for one in found}
    assert providers == {("FARGATE", "FARGATE_SPOT") if column is Column.DEV else ("FARGATE",)}


@EVERY_ENVIRONMENT
def test_clickhouse_keeps_its_data_on_an_encrypted_backed_up_file_system(stack: Json) -> None:
    task = at(stack, "aws_ecs_task_definition", "services/clickhouse/task/Default")
    (volume,) = [each for each in task["volume"] if "efs_volume_configuration" in each]
    configuration = volume["efs_volume_configuration"]
    assert configuration["transit_encryption"] == "ENABLED"
    assert "aws_efs_access_point." in json.dumps(configuration["authorization_config"])
    mounted = {point["containerPath"] for point in container(stack, "clickhouse")["mountPoints"]}
    assert "/var/lib/clickhouse" in mounted
    backup = only(stack, "aws_efs_backup_policy")
    assert backup["backup_policy"] == {"status": "ENABLED"}


@EVERY_ENVIRONMENT
def test_every_repository_scans_and_refuses_to_overwrite_a_tag(column: Column, stack: Json) -> None:
    repositories = every(stack, "aws_ecr_repository")
    assert {each["name"] for each in repositories} == {f"ohi-{row.name}" for row in services(column)}
    assert all(each["image_scanning_configuration"] == {"scan_on_push": True} for each in repositories)
    assert all(each["image_tag_mutability"] == "IMMUTABLE" for each in repositories)
