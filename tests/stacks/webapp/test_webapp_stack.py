"""Web app as the specification has it, in its three environments."""

from __future__ import annotations

import json

import pytest

from tests.stacks.synthesized import Json, every, only

ENVIRONMENTS = ["webapp-dev", "webapp-staging", "webapp-production"]
OUTPUTS = {"VpcId", "DatabaseSecretArn", "ApiEndpoint", "FrontendUrl", "FrontendBucketName", "EcsClusterName"}


@pytest.fixture(params=ENVIRONMENTS)
def webapp(request: pytest.FixtureRequest, stacks: dict[str, Json]) -> Json:
    return stacks[str(request.param)]


def test_outputs_have_the_names_of_the_specification(webapp: Json) -> None:
    assert set(webapp["output"]) == {*OUTPUTS, "NameServers"}
    host = webapp["output"]["ApiEndpoint"]["value"]
    assert host.startswith("https://api.")
    assert webapp["output"]["FrontendUrl"]["value"] == host.replace("api.", "", 1)


def test_each_group_is_reached_by_the_one_before_it(webapp: Json) -> None:
    rules = webapp["resource"]["aws_vpc_security_group_ingress_rule"]
    assert {name.rpartition("_")[0] for name in rules} == {
        "firewall_alb-from-internet-http",
        "firewall_alb-from-internet-https",
        "firewall_api-from-alb-http",
        "firewall_database-from-api-postgresql",
    }


def test_the_api_scales_by_cpu_and_memory_behind_a_health_check(webapp: Json) -> None:
    policies = every(webapp, "aws_appautoscaling_policy")
    assert {one["policy_type"] for one in policies} == {"TargetTrackingScaling"}
    assert {one["name"] for one in policies} == {"cpu", "memory"}
    assert only(webapp, "aws_lb_target_group")["health_check"]["path"] == "/health"
    assert only(webapp, "aws_ecs_service")["alarms"]["rollback"] is True


def test_the_api_gets_the_password_by_reference_and_may_read_its_secret(webapp: Json) -> None:
    (container,) = json.loads(only(webapp, "aws_ecs_task_definition")["container_definitions"])
    arn = webapp["output"]["DatabaseSecretArn"]["value"]
    assert container["secrets"] == [{"name": "DATABASE_PASSWORD", "valueFrom": f"{arn}:password::"}]
    assert {"name": "DATABASE_SECRET_ARN", "value": arn} in container["environment"]
    task = json.loads(only(webapp, "aws_iam_role_policy", "api_roles_task")["policy"])
    reads = [one for one in task["Statement"] if "secretsmanager:GetSecretValue" in one["Action"]]
    assert [one["Resource"] for one in reads] == [[arn]]


def test_a_password_that_is_not_rotated_for_three_days_rings(webapp: Json) -> None:
    function = only(webapp, "aws_cloudformation_stack", "secret-ages_")
    template = json.loads(function["template_body"])["Resources"]["Function"]["Properties"]
    watched = json.loads(template["Environment"]["Variables"]["SECRETS"])
    assert watched == {"database": webapp["output"]["DatabaseSecretArn"]["value"]}
    rotation = only(webapp, "aws_secretsmanager_secret_rotation")["rotation_rules"]
    alarm = only(webapp, "aws_cloudwatch_metric_alarm", "monitoring_alarms_secrets_database-age_")
    assert alarm["dimensions"] == {"Secret": "database"}
    assert alarm["namespace"] == template["Environment"]["Variables"]["NAMESPACE"]
    assert alarm["threshold"] == rotation["automatically_after_days"] + 3 == 33
    assert alarm["alarm_actions"]
    overview = only(webapp, "aws_cloudwatch_dashboard", "monitoring_overview-dashboard_")
    assert "Days since rotation" in overview["dashboard_body"]


def test_the_cache_hit_rate_is_shown_because_it_is_measured(webapp: Json) -> None:
    frontend = only(webapp, "aws_cloudwatch_dashboard", "monitoring_frontend-dashboard_")
    assert "CacheHitRate" in frontend["dashboard_body"]
    subscription = only(webapp, "aws_cloudfront_monitoring_subscription")
    measured = subscription["monitoring_subscription"]["realtime_metrics_subscription_config"]
    assert measured == {"realtime_metrics_subscription_status": "Enabled"}
    assert subscription["distribution_id"] in frontend["dashboard_body"]


def test_hashed_assets_stay_a_year_and_the_index_is_asked_for_anew(webapp: Json) -> None:
    distribution = only(webapp, "aws_cloudfront_distribution")
    assert [one["path_pattern"] for one in distribution["ordered_cache_behavior"]] == [
        "/assets/*",
        "/index.html",
    ]
    assert {
        (one["error_code"], one["response_code"], one["response_page_path"])
        for one in distribution["custom_error_response"]
    } == {(403, 200, "/index.html"), (404, 200, "/index.html")}
    cached = json.dumps(webapp["resource"]["aws_cloudfront_response_headers_policy"])
    assert "public, max-age=31536000, immutable" in cached
    assert f"connect-src 'self' {webapp['output']['ApiEndpoint']['value']}" in cached
    for policy in every(webapp, "aws_cloudfront_cache_policy"):
        encodings = policy["parameters_in_cache_key_and_forwarded_to_origin"]
        assert encodings["enable_accept_encoding_brotli"] is encodings["enable_accept_encoding_gzip"] is True


@pytest.mark.parametrize(("name", "days"), [*zip(ENVIRONMENTS, (7, 14, 90), strict=True)])
def test_logs_of_the_api_are_kept_as_long_as_the_environment_says(
    name: str, days: int, stacks: dict[str, Json]
) -> None:
    assert only(stacks[name], "aws_cloudwatch_log_group", "api_")["retention_in_days"] == days


@pytest.mark.parametrize(
    ("name", "instances", "capacity"),
    [
        ("webapp-dev", 1, {"min_capacity": 0, "max_capacity": 2, "seconds_until_auto_pause": 3600}),
        ("webapp-staging", 1, {"min_capacity": 0.5, "max_capacity": 4}),
        ("webapp-production", 2, {"min_capacity": 1, "max_capacity": 16}),
    ],
)
def test_aurora_is_as_large_as_its_environment(
    name: str, instances: int, capacity: Json, stacks: dict[str, Json]
) -> None:
    assert only(stacks[name], "aws_rds_cluster")["serverlessv2_scaling_configuration"] == capacity
    assert len(every(stacks[name], "aws_rds_cluster_instance")) == instances


def test_production_alone_is_protected(stacks: dict[str, Json]) -> None:
    def protected(name: str) -> set[str]:
        found = stacks[name]["resource"].items()
        return {
            kind for kind, named in found for one in named.values() if "prevent_destroy" in json.dumps(one)
        }

    kinds = {"aws_rds_cluster", "aws_s3_bucket", "aws_kms_key", "aws_route53_zone", "aws_ecr_repository"}
    assert protected("webapp-production") == kinds
    assert protected("webapp-staging") == protected("webapp-dev") == set()
