"""The edge applied: nothing left to do afterwards, and what is in use is replaced."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.edge.load_balancer.settings import OidcSettings, TargetSettings
from modules.edge.website.settings import ENTRY_PAGE, HASHED_ASSETS
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
SMALL: Any = {"protected": False, "log_retention_days": None}
# Terraform plans a rule of a web ACL in half a second; products have them all.
ONE_RULE: Any = {"groups": ()}
DENIED = (IPv4Network("192.0.2.0/24"),)


def login(edge: Any, version: int) -> None:
    """A host behind a login, with the version of the client's secret."""
    provider = "https://id.example.org"
    oidc = OidcSettings(
        issuer=provider,
        authorization_endpoint=f"{provider}/authorize",
        token_endpoint=f"{provider}/token",
        user_info_endpoint=f"{provider}/userinfo",
        client_id="shop",
        secret_entry="OIDC",
        secret_version=version,
    )
    tools = TargetSettings(oidc=oidc)
    edge.load_balancer.target(
        "tools", port=80, host="tools.example.com", settings=tools, secret=edge.secret("OIDC")
    )


def first(edge: Any) -> None:
    login(edge, 1)
    edge.endpoints("logs")
    edge.load_balancer.target("api", port=8080, host="api.example.com")
    balancer = edge.web_acl("balancer", "REGIONAL", denied=DENIED, **ONE_RULE)
    balancer.associate("association", edge.load_balancer.arn)
    edge.website(
        "website",
        domains=("example.com",),
        protected=False,
        behaviors=(HASHED_ASSETS, ENTRY_PAGE),
        additional_metrics=True,
    )
    edge.website("second", domains=("a.example.com",), redirected_domains=("b.example.com",), **SMALL)


def changed(edge: Any) -> None:
    """Another protocol version, no list of addresses, a behavior and a function less: what others refer to is
    replaced or gone."""
    login(edge, 2)
    edge.endpoints("logs")
    changed = TargetSettings(protocol_version="HTTP2")
    edge.load_balancer.target("api", port=8080, host="api.example.com", settings=changed)
    balancer = edge.web_acl("balancer", "REGIONAL", **ONE_RULE)
    balancer.associate("association", edge.load_balancer.arn)
    edge.website(
        "website",
        domains=("example.com",),
        protected=False,
        ttl=300,
        behaviors=(HASHED_ASSETS,),
        additional_metrics=True,
        single_page=False,
    )
    edge.website("second", domains=("a.example.com", "b.example.com"), **SMALL)


def function_code(emulator: Emulator) -> str:
    """What the edge locations run."""
    cloudfront = emulator.client("cloudfront", "us-east-1")
    code: bytes = cloudfront.get_function(Name="shop-test-second", Stage="LIVE")["FunctionCode"].read()
    return code.decode()


def secret_of_login(emulator: Emulator) -> str:
    """The end of the reference that stands in the rule; moto puts no value in its place."""
    balancing = emulator.client("elbv2", REGION)
    (balancer,) = balancing.describe_load_balancers()["LoadBalancers"]
    listeners = balancing.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    (secret,) = (
        action["AuthenticateOidcConfig"]["ClientSecret"]
        for listener in listeners
        for rule in balancing.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        for action in rule["Actions"]
        if action["Type"] == "authenticate-oidc"
    )
    entry: str = secret.removesuffix("}}").partition(":SecretString:")[2]
    return f"…:{entry}"


def test_the_edge_through_its_life(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, edge: Callable[..., Any]
) -> None:
    edge(first, protected=False, zones=("a", "b", "c"), output=tmp_path)
    terraform.init()
    terraform.apply()
    assert terraform.plan().empty

    assert "redirect_hosts" in function_code(emulator)
    balancing = emulator.client("elbv2", REGION)
    before = [group["ProtocolVersion"] for group in balancing.describe_target_groups()["TargetGroups"]]
    # A zone less, too: its subnets go after the load balancer and the endpoint have left them.
    edge(changed, protected=False, output=tmp_path)
    terraform.apply()
    assert terraform.plan().empty
    after = [group["ProtocolVersion"] for group in balancing.describe_target_groups()["TargetGroups"]]
    assert (sorted(before), sorted(after)) == (["HTTP1", "HTTP1"], ["HTTP1", "HTTP2"])
    assert secret_of_login(emulator) == "…:OIDC:AWSCURRENT"
    assert "redirect_hosts" not in function_code(emulator)
    functions = emulator.client("cloudfront", "us-east-1").list_functions()["FunctionList"]
    # One of each website: it answers while the stack is paused.
    assert functions["Quantity"] == 2
    assert emulator.client("wafv2", REGION).list_ip_sets(Scope="REGIONAL")["IPSets"] == []
