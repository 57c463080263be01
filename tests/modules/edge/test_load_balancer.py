"""Load balancers as they are synthesized, and the targets they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.edge.load_balancer.settings import HealthCheckSettings, TargetSettings
from modules.errors import ProblemsError

Json = dict[str, Any]
STREAM = TargetSettings(
    stickiness=None, algorithm="weighted_random", health=HealthCheckSettings(path="/health/")
)
LONG = "a-service-with-a-very-long-name-indeed"


class Built:
    """The load balancers, and the JSON they became."""

    def __init__(self, edge: Callable[..., Any]) -> None:
        self.edge, self.json = edge(self.add)

    def add(self, edge: Any) -> None:
        balancer = edge.load_balancer
        self.api = balancer.target("api", port=8080, host="api.example.com")
        self.stream = balancer.target("sse", port=8082, host="sse.example.com", settings=STREAM)
        self.green = balancer.target(
            "shop", port=80, host="shop.example.com", settings=TargetSettings(alternate=True, slow_start=60)
        )
        balancer.target(LONG, port=80, host="long.example.com")
        office = TargetSettings(allowed_networks=(IPv4Network("192.0.2.0/24"),), paths=("/tools/*",))
        balancer.target("tools", port=80, host="tools.example.com", settings=office)
        self.small = edge.balance("small", protected=False, logs=None, internal=True, idle_timeout=300)

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].partition("/")[2]: one for one in found}


@pytest.fixture(scope="module")
def built(edge: Callable[..., Any]) -> Built:
    return Built(edge)


def test_the_load_balancer_is_safe_by_default(built: Built) -> None:
    balancer = built.resources("aws_lb")["load-balancer/Default"]
    assert (balancer["internal"], balancer["enable_deletion_protection"]) == (False, True)
    assert balancer["drop_invalid_header_fields"] is True
    assert balancer["desync_mitigation_mode"] == "defensive"
    assert balancer["xff_header_processing_mode"] == "append"
    assert (balancer["idle_timeout"], balancer["enable_waf_fail_open"]) == (60, False)
    assert (balancer["client_keep_alive"], balancer["preserve_host_header"]) == (3600, False)
    assert (balancer["enable_http2"], balancer["enable_zonal_shift"]) == (True, True)
    assert balancer["load_balancer_type"] == "application"
    assert len(balancer["subnets"]) == 2
    assert all("public-" in subnet for subnet in balancer["subnets"])
    assert all("firewall_alb" in group for group in balancer["security_groups"])


def test_what_is_set_differs(built: Built) -> None:
    balancer = built.resources("aws_lb")["small/Default"]
    assert (balancer["internal"], balancer["enable_deletion_protection"]) == (True, False)
    assert balancer["idle_timeout"] == 300
    assert "access_logs" not in balancer
    assert all("private-" in subnet for subnet in balancer["subnets"])


def test_https_ends_here_and_http_is_redirected_for_good(built: Built) -> None:
    listeners = built.resources("aws_lb_listener")
    https, http = listeners["load-balancer/https"], listeners["load-balancer/http"]
    assert (https["port"], https["protocol"]) == (443, "HTTPS")
    assert https["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert "aws_acm_certificate_validation" in https["certificate_arn"]
    assert https["default_action"][0]["fixed_response"]["status_code"] == "404"
    assert https["routing_http_response_strict_transport_security_header_value"].startswith(
        "max-age=63072000"
    )
    assert (http["port"], http["protocol"]) == (80, "HTTP")
    redirect = {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}
    assert http["default_action"] == [{"type": "redirect", "redirect": redirect}]
    assert {one["routing_http_response_server_enabled"] for one in listeners.values()} == {False}
    assert https["routing_http_response_x_content_type_options_header_value"] == "nosniff"
    assert https["default_action"][0]["type"] == "fixed-response"


def test_logs_go_to_a_bucket_that_load_balancing_alone_may_write(built: Built) -> None:
    balancer = built.resources("aws_lb")["load-balancer/Default"]
    logs = {kind: balancer[kind]["prefix"] for kind in ("access_logs", "connection_logs")}
    assert logs == {"access_logs": "access", "connection_logs": "connections"}
    assert any("aws_s3_bucket_policy.load-balancer_logs" in one for one in balancer["depends_on"])
    policy = json.loads(built.resources("aws_s3_bucket_policy")["load-balancer/logs/bucket/policy"]["policy"])
    deny, allow = policy["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert allow["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert allow["Action"] == ["s3:PutObject"]
    account = "${data.aws_caller_identity.account.account_id}"
    assert [resource.rpartition("}/")[0].count("AWSLogs") for resource in allow["Resource"]] == [1, 1]
    assert all(resource.endswith(f"/AWSLogs/{account}/*") for resource in allow["Resource"])
    encryption = built.resources("aws_s3_bucket_server_side_encryption_configuration")
    rule = encryption["load-balancer/logs/bucket/encryption"]["rule"][0]
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}


def test_a_target_is_checked_and_sticks_for_a_day(built: Built) -> None:
    group = built.resources("aws_lb_target_group")["load-balancer/api-targets"]
    health = group["health_check"]
    assert health == {
        "enabled": True,
        "path": "/health",
        "protocol": "HTTP",
        "port": "traffic-port",
        "interval": 30,
        "timeout": 5,
        "healthy_threshold": 2,
        "unhealthy_threshold": 3,
        "matcher": "200",
    }
    assert (group["protocol"], group["deregistration_delay"], group.get("slow_start")) == ("HTTP", "60", None)
    assert (group["load_balancing_algorithm_type"], group["load_balancing_anomaly_mitigation"]) == (
        "round_robin",
        "off",
    )
    assert group["stickiness"] == {"type": "lb_cookie", "enabled": True, "cookie_duration": 86_400}
    assert (group["target_type"], group["port"], group["protocol_version"]) == ("ip", 80, "HTTP1")
    assert group["lifecycle"] == {"create_before_destroy": True}
    assert group["tags"] == {"Service": "api"}
    stream = built.resources("aws_lb_target_group")["load-balancer/sse-targets"]
    assert stream["stickiness"]["enabled"] is False
    assert (stream["health_check"]["path"], stream["load_balancing_anomaly_mitigation"]) == ("/health/", "on")


@pytest.mark.parametrize(
    ("port", "version", "replaced"), [(8080, "HTTP1", False), (8090, "HTTP1", False), (8080, "GRPC", True)]
)
def test_a_target_group_that_must_be_replaced_has_another_name_and_a_port_replaces_none(
    built: Built, edge: Callable[..., Any], port: int, version: Any, *, replaced: bool
) -> None:
    def add(product: Any) -> None:
        settings = TargetSettings(protocol_version=version)
        product.load_balancer.target("api", port=port, host="api.example.com", settings=settings)

    names = {path: one["name"] for path, one in built.resources("aws_lb_target_group").items()}
    assert len(set(names.values())) == len(names) == 6
    assert all(len(name) <= 32 and name.startswith("shop-test-") for name in names.values())
    _, moved = edge(add)
    (group,) = moved["resource"]["aws_lb_target_group"].values()
    assert (group["name"] != names["load-balancer/api-targets"]) is replaced
    # The default of the group: ECS registers each task with its own.
    assert group["port"] == built.resources("aws_lb_target_group")["load-balancer/api-targets"]["port"] == 80


def test_a_host_is_routed_and_answered_for_by_the_addresses_that_there_are(built: Built) -> None:
    rule = built.resources("aws_lb_listener_rule")["load-balancer/api-rule"]
    assert rule["condition"] == [{"host_header": {"values": ["api.example.com"]}}]
    assert "aws_lb_target_group.load-balancer_api-targets" in rule["action"][0]["target_group_arn"]
    assert rule["action"][0]["type"] == "forward"
    records = built.resources("aws_route53_record")
    record = records["zone/api-a"]
    assert (record["name"], record["type"]) == ("api.example.com", "A")
    assert record["alias"]["name"] == "${aws_lb.load-balancer.dns_name}"
    assert record["alias"]["evaluate_target_health"] is False
    # The load balancer has IPv4 addresses only.
    assert "zone/api-aaaa" not in records


def test_a_host_may_be_known_to_some_addresses_only(built: Built) -> None:
    rule = built.resources("aws_lb_listener_rule")["load-balancer/tools-rule"]
    assert rule["condition"] == [
        {"host_header": {"values": ["tools.example.com"]}},
        {"path_pattern": {"values": ["/tools/*"]}},
        {"source_ip": {"values": ["192.0.2.0/24"]}},
    ]


def test_an_alternate_group_waits_for_ecs_to_shift_traffic(built: Built) -> None:
    rule = built.resources("aws_lb_listener_rule")["load-balancer/shop-rule"]
    groups = rule["action"][0]["forward"]["target_group"]
    assert [group["weight"] for group in groups] == [100, 0]
    assert rule["action"][0]["type"] == "forward"
    assert rule["action"][0]["forward"]["stickiness"] == {"enabled": True, "duration": 86_400}
    assert rule["lifecycle"] == {"ignore_changes": ["action"]}
    assert built.green.alternate_target_group_arn
    assert built.api.alternate_target_group_arn is None
    assert "lifecycle" not in built.resources("aws_lb_listener_rule")["load-balancer/api-rule"]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("api", "api.example.com"), ("web", "api.example.com"), "host api.example.com: got api and web"),
        (
            ("api", "api.example.com"),
            ("web", "api.example.org"),
            "api.example.org: got api.example.org; allowed:",
        ),
        (
            ("api", "api.example.com"),
            ("web", "a.b.example.com"),
            "host a.b.example.com: got a.b.example.com; allowed: hosts that the certificate names",
        ),
    ],
)
def test_hosts_that_cannot_be_served_are_refused(
    edge: Callable[..., Any], first: tuple[str, str], second: tuple[str, str], said: str
) -> None:
    def add(product: Any) -> None:
        for name, host in (first, second):
            product.load_balancer.target(name, port=80, host=host)

    with pytest.raises(ProblemsError) as raised:
        edge(add)
    assert said in str(raised.value)
