"""Web app as docs/specification/webapp.md has it: the one place of the figures that are promised there.

What holds in every environment is tested in all that the settings list; what differs, in those of SPECIFIED.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from stacks.webapp.schema import WebappSettings
from stacks.webapp.settings import ENVIRONMENTS, TAG_POLICY
from tests.stacks.synthesized import Json, every, only, protected, told


@dataclass(frozen=True, kw_only=True)
class Specified:
    """What the specification leaves to the environment, and what each has chosen."""

    instances: int
    capacity: Json
    log_days: int
    topics: set[str]
    protected: set[str]


SPECIFIED = {
    "webapp-dev": Specified(
        instances=1,
        capacity={"min_capacity": 0, "max_capacity": 2, "seconds_until_auto_pause": 3600},
        log_days=7,
        topics={"warning"},
        protected=set(),
    ),
    "webapp-staging": Specified(
        instances=1,
        capacity={"min_capacity": 0.5, "max_capacity": 4},
        log_days=14,
        topics={"warning"},
        protected=set(),
    ),
    "webapp-production": Specified(
        instances=2,
        capacity={"min_capacity": 1, "max_capacity": 16},
        log_days=90,
        topics={"warning", "critical"},
        protected={
            "aws_rds_global_cluster",
            "aws_ecr_repository",
            "aws_kms_key",
            "aws_rds_cluster",
            "aws_route53_zone",
            "aws_s3_bucket",
            "aws_secretsmanager_secret",
        },
    ),
}
BY_ENVIRONMENT = pytest.mark.parametrize(("name", "specified"), SPECIFIED.items(), ids=list(SPECIFIED))
# "CloudWatch dashboards": what rings above or below which figure.
ALARMS = {
    "api-latency": ("TargetResponseTime", "GreaterThanThreshold", 2),
    "api-error-rate": ("HTTPCode_Target_5XX_Count", "GreaterThanThreshold", 5),
    "aurora-connection-failures": ("aurora-connection-failures", "GreaterThanThreshold", 10),
    "api-running-tasks": ("RunningTaskCount", "LessThanThreshold", None),
    "aurora-acu-utilisation": ("ACUUtilization", "GreaterThanThreshold", 90),
}
TAGS = {"Environment", "Application", "CostCenter", "Owner", "ManagedBy"}
OUTPUTS = {"VpcId", "DatabaseSecretArn", "ApiEndpoint", "FrontendUrl", "FrontendBucketName", "EcsClusterName"}


def test_outputs_have_the_names_of_the_specification(webapp: Json) -> None:
    assert set(webapp["output"]) == {*OUTPUTS, "NameServers", "infrastructure_paused"}
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
    # The argument of the rotation, which is created after the secret's first version.
    rotations = webapp["resource"]["aws_secretsmanager_secret_rotation"]
    (name,) = (name for name, one in rotations.items() if one["secret_id"] == arn)
    rotated = f"${{aws_secretsmanager_secret_rotation.{name}.secret_id}}"
    assert container["secrets"] == [
        {"name": "DATABASE_PASSWORD", "valueFrom": f"{rotated}:password::"},
        # Logins take turns.
        {"name": "DATABASE_USER", "valueFrom": f"{rotated}:username::"},
    ]
    assert {"name": "DATABASE_SECRET_ARN", "value": arn} in container["environment"]
    task = json.loads(only(webapp, "aws_iam_role_policy", "api_roles_task")["policy"])
    reads = [one for one in task["Statement"] if "secretsmanager:GetSecretValue" in one["Action"]]
    assert [one["Resource"] for one in reads] == [[arn]]


def test_a_password_that_is_not_rotated_for_three_days_rings(webapp: Json) -> None:
    function = only(webapp, "aws_cloudformation_stack", "secret-ages_")
    template = json.loads(function["template_body"])["Resources"]["Function"]["Properties"]
    watched = json.loads(template["Environment"]["Variables"]["SECRETS"])
    assert watched["database"] == webapp["output"]["DatabaseSecretArn"]["value"]
    rotation = only(webapp, "aws_secretsmanager_secret_rotation", "database-login_")["rotation_rules"]
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
    } == {(403, 403, "/index.html"), (404, 404, "/index.html")}
    cached = json.dumps(webapp["resource"]["aws_cloudfront_response_headers_policy"])
    assert "public, max-age=31536000, immutable" in cached
    assert f"connect-src 'self' {webapp['output']['ApiEndpoint']['value']}" in cached
    for policy in every(webapp, "aws_cloudfront_cache_policy"):
        encodings = policy["parameters_in_cache_key_and_forwarded_to_origin"]
        assert encodings["enable_accept_encoding_brotli"] is encodings["enable_accept_encoding_gzip"] is True


@BY_ENVIRONMENT
def test_logs_of_the_api_are_kept_as_long_as_the_environment_says(
    name: str, specified: Specified, stacks: dict[str, Json]
) -> None:
    logs = only(stacks[name], "aws_cloudwatch_log_group", "api_")
    assert logs["retention_in_days"] == specified.log_days


@BY_ENVIRONMENT
def test_aurora_is_as_large_as_its_environment(
    name: str, specified: Specified, stacks: dict[str, Json]
) -> None:
    cluster = only(stacks[name], "aws_rds_cluster")
    assert cluster["serverlessv2_scaling_configuration"] == specified.capacity
    assert len(every(stacks[name], "aws_rds_cluster_instance")) == specified.instances


@BY_ENVIRONMENT
def test_what_holds_data_is_protected_in_production_alone(
    name: str, specified: Specified, stacks: dict[str, Json]
) -> None:
    assert set(protected(stacks[name])) == specified.protected


@BY_ENVIRONMENT
def test_production_alone_tells_of_what_is_critical(name: str, specified: Specified) -> None:
    (settings,) = (one for one in ENVIRONMENTS if one.environment.naming.base == name)
    assert set(settings.monitoring.topics) == specified.topics


def test_every_environment_has_the_tags_of_the_specification(settings: WebappSettings, webapp: Json) -> None:
    assert settings.environment.tags.policy == TAG_POLICY
    assert len(TAG_POLICY.required) == len(TAGS)
    assert set(TAG_POLICY.required) == TAGS
    (defaults,) = webapp["provider"]["aws"][0]["default_tags"]
    assert defaults["tags"]["Application"] == "webapp"


def test_the_world_enters_by_one_load_balancer_and_one_distribution(webapp: Json) -> None:
    assert only(webapp, "aws_lb")["internal"] is False
    assert only(webapp, "aws_cloudfront_distribution")["enabled"] is True


@pytest.fixture(params=[*(one.environment.naming.base for one in ENVIRONMENTS), "generated"])
def watched(request: pytest.FixtureRequest, stacks: dict[str, Json]) -> dict[str, Json]:
    """One environment that ships, or all that are generated."""
    if request.param == "generated":
        found: dict[str, Json] = request.getfixturevalue("generated")
        return {name: stack for name, stack in found.items() if name.startswith("webapp-")}
    return {request.param: stacks[request.param]}


def alarms(stack: Json) -> dict[str, tuple[str, Json]]:
    """The alarms of the list by their key: address and body."""
    base = only(stack, "aws_ecs_cluster")["name"]
    found = stack["resource"]["aws_cloudwatch_metric_alarm"]
    by_name = {one["alarm_name"]: (f"aws_cloudwatch_metric_alarm.{id_}", one) for id_, one in found.items()}
    return {key: by_name[f"{base}-{key}-alarm"] for key in ALARMS}


def test_9_the_alarms_have_the_figures_of_the_list(watched: dict[str, Json]) -> None:
    for name, stack in watched.items():
        (target,) = stack["resource"]["aws_appautoscaling_target"].values()
        for key, (_, alarm) in alarms(stack).items():
            metric, comparison, threshold = ALARMS[key]
            wanted = target["min_capacity"] if threshold is None else threshold
            assert f'"metric_name": "{metric}"' in json.dumps(alarm), (name, key)
            assert (alarm["comparison_operator"], alarm["threshold"]) == (comparison, wanted), (name, key)
        latency = alarms(stack)["api-latency"][1]
        assert latency["extended_statistic"] == "p95"
        failures = alarms(stack)["aurora-connection-failures"][1]
        assert (failures["period"] * failures["evaluation_periods"], failures["statistic"]) == (300, "Sum")


def test_9_every_alarm_of_the_list_tells_a_topic(watched: dict[str, Json]) -> None:
    for name, stack in watched.items():
        topics = {f"${{aws_sns_topic.{id_}.arn}}" for id_ in stack["resource"]["aws_sns_topic"]}
        for key, (address, alarm) in alarms(stack).items():
            assert set(told(stack, address, alarm)) & topics, (name, key)
