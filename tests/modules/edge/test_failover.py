"""Failover of hosts from the load balancer of a primary to that of its recovery stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.dns.settings import CertificateSettings, HealthCheckSettings, HostedZoneSettings
from modules.edge.load_balancer.settings import FailoverSettings, TargetSettings
from modules.errors import ProblemsError

Json = dict[str, Any]
CHECK = HealthCheckSettings(path="/ready", interval_seconds=10, failures=2)


def balanced(edge: Any, role: Any, **target: Any) -> Any:
    """A load balancer with two hosts, of which the first tells its health."""
    settings = FailoverSettings(role=role, target="api", check=CHECK)
    balancer = edge.balance("failing", failover=settings)
    balancer.target("api", port=8080, host="api.example.com", settings=TargetSettings(**target))
    balancer.target("sse", port=8080, host="sse.example.com")
    return balancer


def of(stack: Json, kind: str, path: str) -> Json:
    """The resource of a construct."""
    found: Json = next(
        one for one in stack["resource"][kind].values() if one["//"]["metadata"]["path"].endswith(path)
    )
    return found


@pytest.mark.parametrize("role", ["PRIMARY", "SECONDARY"])
def test_each_host_is_one_of_two_records_that_depend_on_the_check(
    edge: Callable[..., Any], role: str
) -> None:
    _, stack = edge(lambda one: balanced(one, role))
    records = [of(stack, "aws_route53_record", f"zone/{host}-a") for host in ("api", "sse")]
    for record in records:
        assert record["set_identifier"] == role.lower()
        assert record["failover_routing_policy"] == {"type": role}
        assert record["health_check_id"] == "${aws_route53_health_check.failing_failover_CFEEFB57.id}"
        assert record["alias"]["evaluate_target_health"] is False


def test_the_check_asks_the_load_balancer_itself(edge: Callable[..., Any]) -> None:
    _, stack = edge(lambda one: balanced(one, "PRIMARY"))
    (check,) = stack["resource"]["aws_route53_health_check"].values()
    name = "${aws_lb.failing.dns_name}"
    assert (check["type"], check["port"], check["fqdn"], check["enable_sni"]) == ("HTTPS", 443, name, True)
    assert (check["resource_path"], check["request_interval"], check["failure_threshold"]) == (
        "/ready",
        10,
        2,
    )
    # The failover sets both, and Terraform leaves them.
    assert check["lifecycle"]["ignore_changes"] == ["disabled", "invert_healthcheck"]
    rule = of(stack, "aws_lb_listener_rule", "failing/failover/rule")
    assert rule["condition"] == [
        {"host_header": {"values": [name]}},
        {"path_pattern": {"values": ["/ready"]}},
    ]
    assert rule["action"][0]["target_group_arn"] == "${aws_lb_target_group.failing_api-targets_70A64DA8.arn}"


def test_only_a_primary_that_nobody_reaches_rings(edge: Callable[..., Any]) -> None:
    alarms = {}
    for role in ("PRIMARY", "SECONDARY"):
        edge(
            lambda one, role=role: alarms.update(
                {role: [rule.key for rule in balanced(one, role).monitored.alarms]}
            )
        )
    assert "unreachable" in alarms["PRIMARY"]
    assert "unreachable" not in alarms["SECONDARY"]
    assert alarms["SECONDARY"]


def test_other_load_balancers_have_plain_records(edge: Callable[..., Any]) -> None:
    def build(one: Any) -> None:
        one.load_balancer.target("web", port=80, host="web.example.com")

    _, stack = edge(build)
    assert "aws_route53_health_check" not in stack["resource"]
    assert "set_identifier" not in of(stack, "aws_route53_record", "zone/web-a")


def test_a_target_of_two_groups_cannot_tell_its_health(edge: Callable[..., Any]) -> None:
    with pytest.raises(ProblemsError, match="got a target of blue/green deployments; allowed: one with a"):
        edge(lambda one: balanced(one, "PRIMARY", alternate=True))


def test_a_path_that_is_none_is_refused() -> None:
    with pytest.raises(ProblemsError, match=r"path: got 'ready'; allowed: a path that begins with /"):
        HealthCheckSettings(path="ready")


def test_a_recovery_stack_adds_to_the_zone_of_its_primary(synthesize_module: Callable[..., Json]) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.dns.certificate import Certificate
        from modules.dns.zone import ExistingZone

        zone = ExistingZone(stack, "zone", settings=HostedZoneSettings(domain="example.com"))
        settings = CertificateSettings(validation_records=False, for_cloudfront=False)
        certificate = Certificate(stack, "certificate", context=context, zone=zone, settings=settings)
        assert certificate.covers("api.example.com")
        zone.record("beside.example.com", "TXT", ["here"])
        with pytest.raises(ProblemsError, match=r"other\.org"):
            zone.record("api.other.org", "TXT", ["there"])

    stack = synthesize_module(build, region="eu-central-1")
    assert set(stack["resource"]) == {
        "aws_acm_certificate",
        "aws_acm_certificate_validation",
        "aws_route53_record",
    }
    (zone,) = stack["data"]["aws_route53_zone"].values()
    assert (zone["name"], zone["private_zone"]) == ("example.com", False)
    (record,) = stack["resource"]["aws_route53_record"].values()
    assert record["zone_id"] == "${data.aws_route53_zone.zone.zone_id}"
    (validation,) = stack["resource"]["aws_acm_certificate_validation"].values()
    assert "depends_on" not in validation
