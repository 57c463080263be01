"""The construct that counts messages: what it creates, and that it applies."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.databases.redis.settings import RedisSettings
from modules.errors import ProblemsError
from modules.networking.settings import NatGateways, NetworkSettings
from modules.queues.settings import QueueSettings
from modules.secrets.settings import Generated, SecretSettings
from operations.terraform import Terraform

Json = dict[str, Any]
BROKER = RedisSettings(
    name="broker",
    node_type="cache.t4g.micro",
    nodes=1,
    multi_az=False,
    permissions="on ~* &* +@all +keys",
    protected=False,
)
SETTINGS = QueueSettings(queues=("default", "emails"), oldest_seconds=120)


def build_with(broker: RedisSettings, *, version: int = 1) -> Callable[[Any, Any], None]:
    def build(stack: Any, context: Any) -> None:
        from cdktf import TerraformOutput
        from cdktf_cdktf_provider_aws.security_group import SecurityGroup

        from modules.databases.redis.redis import Redis
        from modules.monitoring.monitoring import Monitoring
        from modules.monitoring.settings import MonitoringSettings, TopicSettings
        from modules.networking.network import Network
        from modules.queues import QueueDepth
        from modules.secrets.secret import EnvironmentSecret

        network = Network(
            stack,
            "network",
            context=context,
            settings=NetworkSettings(
                cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b"), nat_gateways=NatGateways.NONE
            ),
        )
        generated = {"REDIS_AUTH_TOKEN": Generated(version=version)}
        secret = EnvironmentSecret(
            stack, "secret", context=context, settings=SecretSettings(generated=generated, protected=False)
        )
        group = SecurityGroup(stack, "group", name_prefix="shop-", vpc_id=network.vpc_id)
        cache = Redis(
            stack,
            "broker",
            context=context,
            network=network,
            security_group=group,
            secret=secret,
            settings=broker,
        )
        depth = QueueDepth(
            stack,
            "queues",
            context=context,
            network=network,
            security_groups=[group],
            broker=cache,
            secret=secret,
            settings=SETTINGS,
        )
        warning = TopicSettings(emails=("team@shop.example",))
        Monitoring(
            stack,
            "monitoring",
            context=context,
            watch=[depth],
            settings=MonitoringSettings(warning=warning),
        )
        series = depth.backlog(per_task=5).target("shop", "worker").series
        TerraformOutput(stack, "expression", value=getattr(series, "expression", None), static_id=True)

    return build


@pytest.fixture(scope="module")
def stack(synthesize_module: Callable[..., Json]) -> Json:
    return synthesize_module(build_with(BROKER, version=2))


def function(stack: Json) -> Json:
    (body,) = (
        one
        for one in stack["resource"]["aws_cloudformation_stack"].values()
        if "queue-depth" in one["template_body"]
    )
    resources: Json = json.loads(body["template_body"])["Resources"]
    return resources


def test_the_function_reads_the_present_token_from_the_private_subnets(stack: Json) -> None:
    properties = function(stack)["Function"]["Properties"]
    variables = properties["Environment"]["Variables"]
    assert variables["ENTRY"] == "REDIS_AUTH_TOKEN_V2"
    assert json.loads(variables["QUEUES"]) == ["default", "emails"]
    assert all("network_private-" in one for one in properties["VpcConfig"]["SubnetIds"])
    assert len(properties["VpcConfig"]["SubnetIds"]) == 2
    policy = json.dumps(function(stack)["Role"]["Properties"]["Policies"])
    assert "secretsmanager:GetSecretValue" in policy
    assert "cloudwatch:" not in policy


def test_the_source_that_lambda_gets_is_whole(stack: Json) -> None:
    source = function(stack)["Function"]["Properties"]["Code"]["ZipFile"].replace("$${", "${")
    compile(source, "index.py", "exec")
    found: Json = {}
    exec(source, found)  # noqa: S102 - what Lambda does
    assert callable(found["handler"])


def test_alarms_ring_for_old_and_dead_messages_of_each_queue_and_for_silence(stack: Json) -> None:
    alarms = {one["alarm_name"]: one for one in stack["resource"]["aws_cloudwatch_metric_alarm"].values()}
    prefix = "shop-test-queues-"
    assert set(alarms) == {
        f"{prefix}{name}-alarm"
        for name in ("default-age", "default-dead", "emails-age", "emails-dead", "silent")
    }
    age = alarms[f"{prefix}emails-age-alarm"]
    assert (age["threshold"], age["dimensions"]) == (SETTINGS.oldest_seconds, {"Queue": "emails"})
    assert alarms[f"{prefix}silent-alarm"]["treat_missing_data"] == "breaching"


def test_workers_scale_by_the_messages_of_all_queues(stack: Json) -> None:
    """The expression's values are tested with the service."""
    assert stack["output"]["expression"]["value"].startswith("depth / ")


def test_a_cache_in_cluster_mode_is_no_broker(synthesize_module: Callable[..., Json]) -> None:
    clustered = RedisSettings(
        name="broker", node_type="cache.t4g.small", shards=2, permissions="on ~* &* +@all", protected=False
    )
    with pytest.raises(ProblemsError, match=r"broker\.shards: got 2 shards, which is cluster mode"):
        synthesize_module(build_with(clustered))


@pytest.mark.emulator
def test_it_applies_once_and_is_rotated(
    tmp_path: Path, emulator: Emulator, synthesize_module: Callable[..., Json]
) -> None:
    terraform = Terraform(tmp_path / "stacks/small", environment=emulator.environment("eu-west-1"))
    names = set()
    for version in (1, 2):
        synthesize_module(build_with(BROKER, version=version), tmp_path)
        terraform.init()
        terraform.apply(terraform.plan())
        assert terraform.plan(file="again").empty
        configuration = emulator.client("lambda", "eu-west-1").get_function_configuration(
            FunctionName="shop-test-queue-depth"
        )
        names.add(configuration["Environment"]["Variables"]["ENTRY"])
    assert names == {"REDIS_AUTH_TOKEN_V1", "REDIS_AUTH_TOKEN_V2"}
