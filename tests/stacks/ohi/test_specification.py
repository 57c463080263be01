"""OHI as docs/specification/ohi.md has it: the one place of the figures that are promised there.

What holds in every environment is tested in all that the settings list; what differs, in those of SPECIFIED.
"""

from __future__ import annotations

import json

import pytest

from stacks.ohi.connections import ohi_connections
from stacks.ohi.schema import OhiSettings
from stacks.ohi.settings import ENVIRONMENTS, PROD, TAG_POLICY
from tests.stacks.synthesized import Json, at, every, host_rules, only, protected

SETTINGS = {one.environment.naming.base: one for one in ENVIRONMENTS}

# "The services": ports, host, CPU units / MiB and count, both in the order prod, staging, dev.
COLUMNS = ("ohi-prod", "ohi-staging", "ohi-dev")
SERVICES = """
api             | 8080       | api      | 1024/2048 | 512/1024  | 256/512  | 3/2/1
graphql         | 8081       | graphql  | 1024/2048 | 512/1024  | 256/512  | 3/2/1
sse             | 8082       | sse      | 512/1024  | 256/512   | 256/512  | 2/1/1
provider-api    | 3000       | provider | 1024/2048 | 512/1024  | 256/512  | 2/1/1
reindexer       |            |          | 512/1024  | 256/512   | 256/512  | 1/1/1
blnk-api        | 5001       |          | 512/1024  | 256/512   | 256/512  | 2/1/1
blnk-worker     |            |          | 256/512   | 256/512   | 256/512  | 1/1/1
clickhouse      | 8123 9000  |          | 2048/4096 | 1024/2048 | 512/1024 | 1/1/1
otel-collector  | 4317 4318  |          | 512/1024  | 256/512   | 256/512  | 2/1/1
signoz-query    | 8080       |          | 1024/2048 | 512/1024  | 256/512  | 1/1/1
signoz-frontend | 3301       | signoz   | 256/512   | 256/512   | 256/512  | 1/1/1
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in SERVICES.strip().splitlines()]
HOSTS = {row[2]: int(row[1]) for row in ROWS if row[2]}
SCALING = ["api", "graphql", "sse", "provider-api"]

# "Security groups": who may reach each, on which ports.
OTEL_CLIENTS = {"api", "graphql", "sse", "provider-api", "reindexer", "blnk-api", "blnk-worker"}
DATABASE_CLIENTS = {"api", "graphql", "provider-api", "reindexer", "blnk-api", "blnk-worker"}
GROUPS: dict[str, tuple[set[str], set[int]]] = {
    "alb": ({"internet"}, {80, 443}),
    "api": ({"alb"}, {8080}),
    "graphql": ({"alb"}, {8081}),
    "sse": ({"alb"}, {8082}),
    "provider-api": ({"alb"}, {3000}),
    "reindexer": (set(), set()),
    "blnk-api": ({"api", "graphql"}, {5001}),
    "blnk-worker": (set(), set()),
    "rds": (DATABASE_CLIENTS, {5432}),
    "elasticache": ({"api", "graphql", "sse", "provider-api", "blnk-api", "blnk-worker"}, {6379}),
    # 2049 within the group: the mount targets of its file system, which has no group of its own; also below.
    "clickhouse": ({"otel-collector", "signoz-query", "clickhouse"}, {8123, 9000, 2049}),
    "otel-collector": (OTEL_CLIENTS, {4317, 4318}),
    "signoz-query": ({"signoz-frontend", "signoz-query"}, {8080, 2049}),
    "signoz-frontend": ({"alb"}, {3301}),
    "ecs-tasks": (set(), set()),
    "vpc-endpoints": ({"vpc", "ecs-tasks"}, {443}),
}
TAGS = {
    *("Project", "Environment", "Owner", "CostCenter", "Service", "ManagedBy", "CreatedBy", "CreatedDate"),
    *("DataClassification", "BackupPolicy", "Compliance"),
}


def by_environment(figure: str, *, prod: object, staging: object, dev: object) -> pytest.MarkDecorator:
    """A figure that the specification has differently in each environment."""
    return pytest.mark.parametrize(
        ("name", figure), [*zip(COLUMNS, (prod, staging, dev), strict=True)], ids=COLUMNS
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
@pytest.mark.parametrize("position", range(3), ids=COLUMNS)
def test_a_service_is_as_specified(row: list[str], position: int) -> None:
    (service,) = [one for one in SETTINGS[COLUMNS[position]].services if one.name == row[0]]
    assert " ".join(map(str, service.ports.values())) == row[1]
    assert (service.host or "") == row[2]
    assert f"{service.cpu}/{service.memory}" == row[3 + position]
    assert str(service.count) == row[6].split("/")[position]


def test_there_are_eleven_services_and_no_other() -> None:
    assert [one.name for one in PROD.services] == [row[0] for row in ROWS]
    assert len(ROWS) == 11


def test_there_are_sixteen_groups_and_no_other() -> None:
    groups = ohi_connections(PROD.services, PROD.network.cidr).groups
    assert {group.name for group in groups} == set(GROUPS)
    assert len(groups) == 16


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_reached_by_exactly_those_on_exactly_these_ports(group: str) -> None:
    declared = ohi_connections(PROD.services, PROD.network.cidr).declared
    inward = [one for one in declared if one.target.name == group]
    sources, ports = GROUPS[group]
    assert {one.source.name for one in inward} == sources
    assert {one.port.number for one in inward} == ports


def test_every_environment_has_the_tags_of_the_specification(settings: OhiSettings, stack: Json) -> None:
    assert settings.environment.tags.policy == TAG_POLICY
    assert set(TAG_POLICY.required) == TAGS
    assert len(TAG_POLICY.required) == 11
    (defaults,) = stack["provider"]["aws"][0]["default_tags"]
    assert defaults["tags"]["Project"] == "OHI"


@by_environment("bounds", prod=(2, 10), staging=(1, 5), dev=(1, 3))
def test_four_services_scale_within_the_bounds_and_background_services_do_not(
    name: str, bounds: tuple[int, int]
) -> None:
    found = {one.name: (one.minimum, one.maximum) for one in SETTINGS[name].services if one.maximum}
    assert found == dict.fromkeys(SCALING, bounds)


def test_services_roll_between_100_and_200_percent(settings: OhiSettings, stack: Json) -> None:
    """What keeps files must never run twice on them."""
    for service in settings.services:
        found = at(stack, "aws_ecs_service", f"services/{service.name}/Default")
        bounds = (found["deployment_minimum_healthy_percent"], found["deployment_maximum_percent"])
        assert bounds == ((0, 100) if service.name in {"clickhouse", "signoz-query"} else (100, 200))
        if service.host:
            assert found["health_check_grace_period_seconds"] == 60


@pytest.mark.parametrize("service", SCALING)
def test_what_scales_follows_cpu_and_memory(service: str, stack: Json) -> None:
    for metric, value in (("cpu", 70), ("memory", 80)):
        policy = at(stack, "aws_appautoscaling_policy", f"services/{service}/scaling/{metric}")
        tracking = policy["target_tracking_scaling_policy_configuration"]
        assert tracking["target_value"] == value
        assert (tracking["scale_out_cooldown"], tracking["scale_in_cooldown"]) == (60, 300)


@by_environment("days", prod=30, staging=7, dev=7)
def test_logs_are_kept_as_long_as_specified(name: str, days: int, stacks: dict[str, Json]) -> None:
    # Not the audit of shells in containers, which is kept longer everywhere.
    firewalls = ("web-firewall_", "website-firewall_")
    for part in ("services_", "network_", "database_", "app-cache_", "blnk-cache_", *firewalls):
        logs = every(stacks[name], "aws_cloudwatch_log_group", part)
        assert {one["retention_in_days"] for one in logs} == {days}, part


@by_environment("level", prod="info", staging="info", dev="debug")
def test_dev_alone_logs_more(name: str, level: str) -> None:
    assert SETTINGS[name].log_level == level


@by_environment("providers", prod={"FARGATE"}, staging={"FARGATE"}, dev={"FARGATE", "FARGATE_SPOT"})
def test_dev_alone_runs_on_spot_first(name: str, providers: set[str], stacks: dict[str, Json]) -> None:
    for one in every(stacks[name], "aws_ecs_service"):
        assert {each["capacity_provider"] for each in one["capacity_provider_strategy"]} == providers


@by_environment("zones", prod="abc", staging="abc", dev="a")
def test_dev_alone_has_one_nat_gateway(name: str, zones: str, stacks: dict[str, Json]) -> None:
    paths = [one["//"]["metadata"]["path"] for one in every(stacks[name], "aws_nat_gateway")]
    assert sorted(path.rpartition("/nat-")[2] for path in paths) == list(zones)


def test_the_network_has_three_tiers_over_three_zones_and_five_endpoints(stack: Json) -> None:
    subnets = {one["//"]["metadata"]["path"].rpartition("/")[2] for one in every(stack, "aws_subnet")}
    assert subnets == {f"{tier}-{zone}" for tier in ("public", "private", "database") for zone in "abc"}
    endpoints = {
        (one["vpc_endpoint_type"], one["service_name"].partition("eu-west-1.")[2])
        for one in every(stack, "aws_vpc_endpoint")
    }
    interfaces = {("Interface", service) for service in ("ecr.api", "ecr.dkr", "secretsmanager", "logs")}
    assert endpoints == {("Gateway", "s3"), *interfaces}


@by_environment("replicas", prod=2, staging=0, dev=0)
def test_prod_alone_has_a_standby_and_two_replicas(name: str, replicas: int, stacks: dict[str, Json]) -> None:
    instances = every(stacks[name], "aws_db_instance")
    primaries = [one for one in instances if "replicate_source_db" not in one]
    assert [one["multi_az"] for one in primaries] == [name == "ohi-prod"]
    assert len(instances) - 1 == replicas
    for cache in every(stacks[name], "aws_elasticache_replication_group"):
        assert cache["multi_az_enabled"] is cache["automatic_failover_enabled"] is (name == "ohi-prod")


def test_the_database_is_postgresql_15_on_gp3_backed_up_for_a_week(stack: Json) -> None:
    (primary,) = (one for one in every(stack, "aws_db_instance") if "replicate_source_db" not in one)
    assert (primary["engine"], primary["engine_version"]) == ("postgres", "15")
    assert primary["storage_type"] == "gp3"
    assert primary["max_allocated_storage"] > primary["allocated_storage"]
    assert primary["backup_retention_period"] == 7
    assert all(one["instance_class"].startswith("db.t4g.") for one in every(stack, "aws_db_instance"))


def test_two_caches_are_backed_up_for_five_days(settings: OhiSettings, stack: Json) -> None:
    caches = every(stack, "aws_elasticache_replication_group")
    name = settings.environment.naming.base
    assert {one["replication_group_id"] for one in caches} == {f"{name}-app", f"{name}-blnk"}
    for one in caches:
        assert one["node_type"].startswith("cache.t4g.")
        assert one["snapshot_retention_limit"] == 5


def test_a_task_gets_the_credentials_of_what_it_uses_alone(stack: Json) -> None:
    given: dict[str, set[str]] = {}
    for task in every(stack, "aws_ecs_task_definition"):
        for container in json.loads(task["container_definitions"]):
            given[container["name"]] = {one["name"] for one in container.get("secrets", [])}
    assert {name for name, secrets in given.items() if "DATABASE_PASSWORD" in secrets} == DATABASE_CLIENTS
    assert given["signoz-frontend"] == set()
    assert given["sse"] >= {"REDIS_AUTH_TOKEN"}
    assert "DATABASE_PASSWORD" not in given["sse"]


PROTECTED = {
    "aws_db_instance": 1,
    "aws_elasticache_replication_group": 2,
    "aws_efs_file_system": 2,
    "aws_route53_zone": 1,
    "aws_secretsmanager_secret": 1,
    # With the key of the copies in the second region, and the website's replica there.
    "aws_kms_key": 6,
    "aws_s3_bucket": 4,
    "aws_ecr_repository": len(ROWS),
}


@by_environment("kept", prod=PROTECTED, staging={}, dev={})
def test_what_holds_data_is_protected_in_prod_and_only_there(
    name: str, kept: dict[str, int], stacks: dict[str, Json]
) -> None:
    assert {kind: len(found) for kind, found in protected(stacks[name]).items()} == kept
    assert only(stacks[name], "aws_lb")["enable_deletion_protection"] is (name == "ohi-prod")


def test_five_hosts_are_routed_each_to_its_own_service(settings: OhiSettings, stack: Json) -> None:
    rules = host_rules(stack)
    hosts = [value for one in rules for value in one["condition"][0]["host_header"]["values"]]
    assert sorted(hosts) == sorted(f"{host}.{settings.zone.domain}" for host in HOSTS)
    groups = every(stack, "aws_lb_target_group")
    assert len(groups) == len(HOSTS) == 5
    # ECS registers tasks by the port of their container, whatever the group's own is.
    balanced = [one for each in every(stack, "aws_ecs_service") for one in each.get("load_balancer") or ()]
    assert sorted(one["container_port"] for one in balanced) == sorted(HOSTS.values())
    for one in groups:
        assert (one["health_check"]["interval"], one["health_check"]["path"]) == (30, "/health")
        assert one["stickiness"] == {"cookie_duration": 86400, "enabled": True, "type": "lb_cookie"}


@by_environment("seconds", prod=86400, staging=86400, dev=300)
def test_the_website_is_cached_as_long_as_specified(name: str, seconds: int, stacks: dict[str, Json]) -> None:
    assert only(stacks[name], "aws_cloudfront_cache_policy")["default_ttl"] == seconds


@by_environment(
    "domains",
    prod=("ohealth-ng.com", "www.ohealth-ng.com"),
    staging=("staging.ohealth-ng.com",),
    dev=("dev.ohealth-ng.com",),
)
def test_each_environment_has_a_domain_of_its_own(
    name: str, domains: tuple[str, ...], stacks: dict[str, Json]
) -> None:
    assert SETTINGS[name].zone.domain == domains[0]
    assert set(only(stacks[name], "aws_cloudfront_distribution")["aliases"]) == set(domains)
    certificates = every(stacks[name], "aws_acm_certificate")
    assert sorted(one.get("provider", "") for one in certificates) == ["", "aws.us-east-1"]
    for one in certificates:
        assert {one["domain_name"], *one["subject_alternative_names"]} == {domains[0], f"*.{domains[0]}"}
