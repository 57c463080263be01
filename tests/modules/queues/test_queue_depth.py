"""The metrics of queues as they are synthesized: function, permissions, alarms, the backlog per task."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.databases.redis.settings import RedisSettings
from modules.errors import ProblemsError
from modules.functions.function import MAX_TEMPLATE_BYTES
from modules.functions.queue_depth import BACKLOG
from modules.queues.dramatiq.alarms import QueueMetrics
from modules.queues.dramatiq.broker import BROKER_PERMISSIONS, may_list_keys
from modules.queues.dramatiq.settings import QueueDepthSettings
from modules.secrets.settings import Generated, SecretSettings
from tests.modules.databases.built import Built

Json = dict[str, Any]
BROKER = RedisSettings(
    name="broker",
    node_type="cache.t4g.micro",
    nodes=1,
    multi_az=False,
    protected=False,
    permissions=BROKER_PERMISSIONS,
)
SETTINGS = QueueDepthSettings(queues=("default", "high_priority"))
METRICS = QueueMetrics(namespace="shop-test", broker="broker", settings=SETTINGS)


def build(broker: RedisSettings = BROKER) -> Callable[[Any, dict[str, Any]], Json]:
    """A cache and the metrics of its queues."""

    def depth(stack: Any, given: dict[str, Any]) -> Json:
        from modules.databases.redis import Redis
        from modules.queues import QueueDepth
        from modules.secrets import EnvironmentSecret

        context, network, group = given["context"], given["network"], given["security_group"]
        secret = EnvironmentSecret(
            stack,
            "secret",
            context=context,
            settings=SecretSettings(generated={"REDIS_AUTH_TOKEN": Generated()}, protected=False),
        )
        cache = Redis(stack, "cache", secret=secret, settings=broker, **given)
        found = QueueDepth(
            stack,
            "queues",
            context=context,
            network=network,
            cache=cache,
            security_groups=[group],
            settings=SETTINGS,
        )
        return {
            "alarms": [rule.key for rule in found.monitored.alarms],
            "token": cache.client_access.secrets["REDIS_AUTH_TOKEN"],
        }

    return depth


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module, build())


def template(built: Built) -> Json:
    found = built.at("aws_cloudformation_stack", "queues/Default/function")["template_body"]
    assert len(found) < MAX_TEMPLATE_BYTES
    resources: Json = json.loads(found)["Resources"]
    return resources


def test_the_function_runs_each_minute_in_the_vpc(built: Built) -> None:
    properties = template(built)["Function"]["Properties"]
    assert properties["VpcConfig"]["SubnetIds"]
    assert properties["VpcConfig"]["SecurityGroupIds"]
    assert json.loads(properties["Environment"]["Variables"]["QUEUES"]) == list(SETTINGS.queues)
    rule = built.at("aws_cloudwatch_event_rule", "queues/schedule")
    assert rule["schedule_expression"] == "rate(1 minute)"
    assert built.at("aws_lambda_permission", "queues/permission")["source_arn"].startswith(
        "${aws_cloudwatch_ev"
    )


def test_it_knows_where_the_token_is_and_not_the_token(built: Built) -> None:
    variables = template(built)["Function"]["Properties"]["Environment"]["Variables"]
    assert variables["TOKEN"] == built.output("token")
    assert re.fullmatch(
        r"\$\{aws_secretsmanager_secret\.\S+\.arn\}:REDIS_AUTH_TOKEN_V1::", variables["TOKEN"]
    )


def test_it_may_read_the_token_and_nothing_else(built: Built) -> None:
    (policy,) = template(built)["Role"]["Properties"]["Policies"]
    statements = {
        action: one for one in policy["PolicyDocument"]["Statement"] for action in _list(one["Action"])
    }
    assert set(statements) == {
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }


def test_every_queue_has_its_alarms_and_so_has_the_function(built: Built) -> None:
    assert built.output("alarms") == [
        "default-age",
        "default-dead",
        "high-priority-age",
        "high-priority-dead",
        "unread",
        "unrun",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"shards": 2, "nodes": 2, "multi_az": True},
            r"broker broker: got cluster mode \(2 shards\); allowed: a cache without shards, .*another cache",
        ),
        (
            {"permissions": RedisSettings(name="x", node_type="cache.t4g.micro").permissions},
            r"broker broker: got permissions .*; allowed: those with KEYS.*permissions=BROKER_PERMISSIONS",
        ),
    ],
)
def test_a_cache_that_dramatiq_cannot_use_is_refused(
    synthesize_module: Callable[..., Json], changes: Json, message: str
) -> None:
    with pytest.raises(ProblemsError, match=message):
        Built(synthesize_module, build(replace(BROKER, **changes)))


def test_a_serverless_cache_is_refused(synthesize_module: Callable[..., Json]) -> None:
    def serverless(stack: Any, given: dict[str, Any]) -> Json:
        from cdktf_cdktf_provider_aws.elasticache_serverless_cache import ElasticacheServerlessCache

        from modules.queues import QueueDepth

        cache: Any = ElasticacheServerlessCache(stack, "cache", engine="valkey", name="x")
        given["security_groups"] = [given.pop("security_group")]
        QueueDepth(stack, "queues", cache=cache, settings=SETTINGS, **given)
        return {}

    with pytest.raises(
        ProblemsError, match=r"broker: got ElasticacheServerlessCache; .*always in cluster mode"
    ):
        Built(synthesize_module, serverless)


@pytest.mark.parametrize(
    ("permissions", "may"),
    [
        ("on ~* +@all", True),
        ("on ~* allcommands", True),
        ("on ~* +@all -keys", False),
        ("on ~* +@all -@dangerous", False),
        ("on ~* +@all +keys -@dangerous", False),
        ("on ~* +@all -@dangerous +KEYS", True),
        ("on ~* +@all nocommands", False),
        ("on ~* +get", False),
    ],
)
def test_the_last_rule_about_keys_decides(permissions: str, may: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert may_list_keys(permissions) is may


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"queues": ()}, r"queues: got none; allowed: the names of queues"),
        ({"queues": ("high priority",)}, r"got 'high priority'; allowed: .*queue_name="),
        ({"queues": ("mail", "mail.XQ")}, r"got 'mail\.XQ'"),
        ({"queues": ("a_b", "a-b")}, r"got a_b, a-b; allowed: names that differ in letters and digits"),
        ({"name": "Queues"}, r"got 'Queues'; allowed: lower-case words"),
        ({"scanned": 10_001}, r"scanned: got 10001"),
    ],
)
def test_what_cannot_work_is_refused(changes: Json, message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        replace(SETTINGS, **changes)


def test_workers_scale_by_the_messages_of_all_queues() -> None:
    """The expression of it is tested with the service."""
    assert METRICS.backlog.dimensions == {"Broker": "broker"}
    assert METRICS.backlog.name == BACKLOG


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
