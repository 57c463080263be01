"""Booking as docs/specification/booking.md has it: the one place of the figures that are promised there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.booking.schema import BookingSettings
from stacks.booking.settings import ENVIRONMENTS, TAG_POLICY
from tests.stacks.synthesized import Json, every, listed, only, protected

SPECIFIED = {
    "booking-dev": {"host": "api-dev.lichnails.co.uk", "nat_gateways": 0, "multi_az": False, "nodes": 1},
    "booking-prod": {"host": "api.lichnails.co.uk", "nat_gateways": 2, "multi_az": True, "nodes": 2},
}
BY_ENVIRONMENT = pytest.mark.parametrize(("name", "specified"), SPECIFIED.items(), ids=list(SPECIFIED))
HEALTH = "/health/"


def containers(stack: Json, service: str) -> dict[str, Json]:
    """The containers of a service's task, by name."""
    task = only(stack, "aws_ecs_task_definition", f"{service}_")
    return {one["name"]: one for one in json.loads(task["container_definitions"])}


def variables(container: Json) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container["environment"]}


def injected(container: Json) -> dict[str, str]:
    return {one["name"]: one["valueFrom"] for one in container["secrets"]}


def test_every_environment_is_specified() -> None:
    assert {one.environment.naming.base for one in ENVIRONMENTS} == set(SPECIFIED)


@BY_ENVIRONMENT
def test_host_network_database_and_cache_are_those_of_the_environment(
    name: str, specified: Json, stacks: dict[str, Json]
) -> None:
    stack = stacks[name]
    assert stack["output"]["api-url"]["value"] == f"https://{specified['host']}"
    assert len(stack["resource"].get("aws_nat_gateway", {})) == specified["nat_gateways"]
    assert only(stack, "aws_db_instance")["multi_az"] is specified["multi_az"]
    cache = only(stack, "aws_elasticache_replication_group")
    assert cache["num_cache_clusters"] == specified["nodes"]
    assert bool(protected(stack)) is (name == "booking-prod")


def test_the_load_balancer_asks_for_the_health_of_django(booking: Json) -> None:
    assert only(booking, "aws_lb_target_group")["health_check"]["path"] == HEALTH


def test_tasks_without_a_nat_gateway_have_addresses_that_only_the_load_balancer_may_connect_to(
    stacks: dict[str, Json],
) -> None:
    stack = stacks["booking-dev"]
    networks = [one["network_configuration"] for one in every(stack, "aws_ecs_service")]
    assert {one["assign_public_ip"] for one in networks} == {True}
    entering = stack["resource"]["aws_vpc_security_group_ingress_rule"]
    assert {name.partition("_")[2].rpartition("_")[0] for name in entering if "_web-" in name} == {
        "web-from-alb-http"
    }
    assert not [name for name in entering if "_worker-" in name]


def test_django_talks_to_pgbouncer_beside_it_which_is_there_before_and_after(booking: Json) -> None:
    found = containers(booking, "web")
    django, pooler = found["web"], found["pgbouncer"]
    assert django["dependsOn"] == [{"containerName": "pgbouncer", "condition": "HEALTHY"}]
    assert (variables(django)["DATABASE_HOST"], variables(django)["DATABASE_PORT"]) == ("127.0.0.1", "6432")
    assert "server_tls_sslmode = verify-full" in variables(pooler)["PGBOUNCER_CONFIG"]
    assert "pool_mode = transaction" in variables(pooler)["PGBOUNCER_CONFIG"]
    # RDS's coordinates, from Parameter Store.
    assert set(injected(pooler)) == {
        *("DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD")
    }


def test_the_worker_runs_the_same_image_without_a_shell(booking: Json) -> None:
    (worker,) = containers(booking, "worker").values()
    assert worker["image"] == containers(booking, "web")["web"]["image"]
    assert next(iter(worker["entryPoint"])) not in ("sh", "bash")
    timeout = int(worker["command"][worker["command"].index("--worker-shutdown-timeout") + 1])
    assert timeout / 1000 < worker["stopTimeout"] <= 120
    assert only(booking, "aws_ecs_service", "worker").get("load_balancer") is None


def test_the_worker_scales_by_the_backlog_of_the_queues_alone(booking: Json) -> None:
    policies = every(booking, "aws_appautoscaling_policy", "worker_")
    (policy,) = policies
    metrics = json.dumps(policy["target_tracking_scaling_policy_configuration"])
    assert "Backlog" in metrics
    assert "PredefinedMetric" not in metrics


def test_tasks_read_the_parameters_of_their_environment(settings: BookingSettings, booking: Json) -> None:
    path = f"/{settings.environment.naming.base}/"
    names = {one["name"] for one in every(booking, "aws_ssm_parameter")}
    assert all(name.startswith(path) for name in names)
    assert {f"{path}DATABASE_HOST", f"{path}REDIS_HOST", f"{path}DJANGO_SECRET_KEY_V1"} <= names
    for service in ("web", "worker"):
        for container in containers(booking, service).values():
            outside = {
                name for name, where in injected(container).items() if "aws_ssm_parameter" not in where
            }
            # The key of partners rotates by itself, which parameters can't.
            assert outside <= {"PARTNER_API_KEYS"}


def test_the_pipeline_may_pass_the_roles_of_web_and_worker_and_no_other(booking: Json) -> None:
    passing = [
        statement
        for one in every(booking, "aws_iam_role_policy", "pipeline_")
        for statement in json.loads(one["policy"])["Statement"]
        if "iam:PassRole" in listed(statement["Action"])
    ]
    assert passing
    roles = {role for statement in passing for role in listed(statement["Resource"])}
    expected = {
        f"${{aws_iam_role.{name}.arn}}"
        for name in booking["resource"]["aws_iam_role"]
        if name.startswith(("web_roles_", "worker_roles_"))
    }
    assert len(expected) == 4
    assert roles == expected
    for statement in passing:
        passed = statement["Condition"]["StringEquals"]["iam:PassedToService"]
        assert listed(passed) == ["ecs-tasks.amazonaws.com"]


def test_web_and_worker_are_deployed_at_once_after_the_migration(booking: Json) -> None:
    stages = {one["name"]: one["action"] for one in only(booking, "aws_codepipeline")["stage"]}
    names = list(stages)
    assert names.index("Migrate") < names.index("Deploy")
    deploying = [one for one in stages["Deploy"] if one["provider"] == "ECS"]
    assert {one["run_order"] for one in deploying} == {1}
    assert len(deploying) == 2


@pytest.mark.parametrize(("name", "asked"), [("booking-dev", False), ("booking-prod", True)])
def test_a_person_approves_production(name: str, stacks: dict[str, Json], *, asked: bool) -> None:
    stages = {one["name"] for one in only(stacks[name], "aws_codepipeline")["stage"]}
    assert ("Approve" in stages) is asked


def test_the_domain_of_the_frontend_is_vercel_s(stacks: dict[str, Json]) -> None:
    records = [one for one in every(stacks["booking-prod"], "aws_route53_record") if one["type"] == "CNAME"]
    found = {one["name"]: one["records"] for one in records if "usa-berko" in str(one["name"])}
    assert found == {"usa-berko.lichnails.co.uk": ["cname.vercel-dns.com"]}


def test_the_budget_of_dev_covers_the_team_s_figure(stacks: dict[str, Json]) -> None:
    budget: Any = only(stacks["booking-dev"], "aws_budgets_budget")
    assert budget["time_unit"] == "MONTHLY"
    assert float(budget["limit_amount"]) >= 80


def test_every_environment_has_all_tags(settings: BookingSettings, booking: Json) -> None:
    assert settings.environment.tags.policy == TAG_POLICY
    (defaults,) = booking["provider"]["aws"][0]["default_tags"]
    assert defaults["tags"]["Application"] == "booking"
