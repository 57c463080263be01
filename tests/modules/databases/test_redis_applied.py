"""A cache whose mode changes: replaced where nothing is lost, refused where something is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.databases.redis.settings import RedisSettings
from modules.errors import ProblemsError
from modules.secrets.settings import Generated, SecretSettings
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
SINGLE = RedisSettings(name="app", node_type="cache.t4g.small", protected=False)
SHARDED = replace(SINGLE, shards=2)


def write(synthesize: Callable[..., Any], settings: RedisSettings, output: Path) -> None:
    """The stack of one cache."""

    def build(stack: Any, context: Any) -> None:
        from cdktf_cdktf_provider_aws.security_group import SecurityGroup

        from modules.databases.redis.redis import Redis
        from modules.networking.network import Network
        from modules.networking.settings import NatGateways, NetworkSettings
        from modules.networking.subnet_plan import Tier
        from modules.secrets.secret import EnvironmentSecret

        secrets = SecretSettings(generated={"REDIS_AUTH_TOKEN": Generated()}, protected=False)
        network = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"),
            zones=("a", "b"),
            tiers=(Tier.DATABASE,),
            nat_gateways=NatGateways.NONE,
            flow_logs=None,
            gateway_endpoints=(),
        )
        vpc = Network(stack, "network", context=context, settings=network)
        Redis(
            stack,
            "cache",
            context=context,
            network=vpc,
            security_group=SecurityGroup(stack, "group", name_prefix="shop-", vpc_id=vpc.vpc_id),
            secret=EnvironmentSecret(stack, "secret", context=context, settings=secrets),
            settings=settings,
        )

    synthesize(build, output)


def test_a_cache_of_another_mode_takes_the_place_of_one_that_may_go(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    caches = emulator.client("elasticache", REGION)
    for settings, known, mode in ((SINGLE, "shop-test-app", False), (SHARDED, "shop-test-app-cluster", True)):
        write(synthesize_module, settings, tmp_path)
        terraform.init()
        terraform.apply()
        assert terraform.plan().empty
        (group,) = caches.describe_replication_groups()["ReplicationGroups"]
        assert (group["ReplicationGroupId"], group["ClusterEnabled"]) == (known, mode)

    write(synthesize_module, replace(SINGLE, protected=True, shards=2), tmp_path)
    terraform.apply()
    write(synthesize_module, replace(SINGLE, protected=True), tmp_path)
    with pytest.raises(ProblemsError, match="prevent_destroy"):
        terraform.plan()
