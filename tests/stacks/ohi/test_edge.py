"""OHI's load balancer, website, web ACLs, names and certificates.

See docs/specification/ohi.md, "Edge" and "DNS and certificates".
"""

from __future__ import annotations

import pytest

from tests.stacks.synthesized import Json, every, only

DOMAINS = {
    "ohi-dev": "dev.ohealth-ng.com",
    "ohi-staging": "staging.ohealth-ng.com",
    "ohi-prod": "ohealth-ng.com",
}
PUBLIC = {"api": 8080, "graphql": 8081, "sse": 8082, "provider": 3000, "signoz": 3301}


def test_https_alone_is_served_and_http_redirected(stack: Json) -> None:
    listeners = {one["port"]: one for one in every(stack, "aws_lb_listener")}
    assert set(listeners) == {80, 443}
    (redirect,) = listeners[80]["default_action"]
    assert redirect["redirect"]["status_code"] == "HTTP_301"
    assert redirect["redirect"]["protocol"] == "HTTPS"
    assert listeners[443]["ssl_policy"].startswith("ELBSecurityPolicy-TLS13-")


def test_five_hosts_are_routed_each_to_its_own_service(name: str, stack: Json) -> None:
    rules = every(stack, "aws_lb_listener_rule")
    hosts = [value for one in rules for value in one["condition"][0]["host_header"]["values"]]
    assert sorted(hosts) == sorted(f"{host}.{DOMAINS[name]}" for host in PUBLIC)
    assert len({one["priority"] for one in rules}) == len(rules) == 5
    groups = every(stack, "aws_lb_target_group")
    assert sorted(one["port"] for one in groups) == sorted(PUBLIC.values())


def test_targets_are_asked_every_30_seconds_and_clients_stick_for_a_day(stack: Json) -> None:
    for one in every(stack, "aws_lb_target_group"):
        assert (one["health_check"]["interval"], one["health_check"]["path"]) == (30, "/health")
        assert one["stickiness"] == {"cookie_duration": 86400, "enabled": True, "type": "lb_cookie"}
        assert len(one["name"]) <= 32


def test_the_load_balancer_logs_and_drops_what_is_invalid(name: str, stack: Json) -> None:
    found = only(stack, "aws_lb")
    assert found["drop_invalid_header_fields"] is True
    assert found["access_logs"]["enabled"] is True
    assert found["enable_deletion_protection"] is (name == "ohi-prod")
    assert found["internal"] is False


def test_the_bucket_is_read_by_the_distribution_alone(stack: Json) -> None:
    distribution = only(stack, "aws_cloudfront_distribution")
    (origin,) = distribution["origin"]
    assert "aws_cloudfront_origin_access_control." in origin["origin_access_control_id"]
    policies = [one["policy"] for one in every(stack, "aws_s3_bucket_policy")]
    (policy,) = [one for one in policies if "cloudfront.amazonaws.com" in one]
    assert "AWS:SourceArn" in policy
    blocks = every(stack, "aws_s3_bucket_public_access_block")
    assert len(blocks) == len(every(stack, "aws_s3_bucket"))
    flags = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert all(one[flag] is True for one in blocks for flag in flags)


@pytest.mark.parametrize(("name", "seconds"), [("ohi-dev", 300), ("ohi-staging", 86400), ("ohi-prod", 86400)])
def test_the_website_is_a_single_page_cached_as_long_as_specified(
    name: str, seconds: int, stacks: dict[str, Json]
) -> None:
    distribution = only(stacks[name], "aws_cloudfront_distribution")
    pages = {one["error_code"]: one["response_page_path"] for one in distribution["custom_error_response"]}
    assert pages == {403: "/index.html", 404: "/index.html"}
    assert distribution["default_cache_behavior"]["viewer_protocol_policy"] == "redirect-to-https"
    assert distribution["default_cache_behavior"]["compress"] is True
    assert DOMAINS[name] in distribution["aliases"]
    cache = only(stacks[name], "aws_cloudfront_cache_policy")
    assert cache["default_ttl"] == seconds
    headers = only(stacks[name], "aws_cloudfront_response_headers_policy")
    security = headers["security_headers_config"]
    assert security["strict_transport_security"]["access_control_max_age_sec"] >= 31_536_000
    # The frontend calls the APIs beside it.
    csp = security["content_security_policy"]["content_security_policy"]
    assert f"connect-src 'self' https://*.{DOMAINS[name]};" in f"{csp};"


def test_both_fronts_stand_behind_a_firewall_that_blocks_and_limits(stack: Json) -> None:
    acls = {one["scope"]: one for one in every(stack, "aws_wafv2_web_acl")}
    assert set(acls) == {"REGIONAL", "CLOUDFRONT"}
    for acl in acls.values():
        kinds = {next(iter(rule["statement"])) for rule in acl["rule"]}
        assert kinds == {"managed_rule_group_statement", "rate_based_statement"}
    assert acls["CLOUDFRONT"]["provider"] == "aws.us-east-1"
    distribution = only(stack, "aws_cloudfront_distribution")
    assert "aws_wafv2_web_acl." in distribution["web_acl_id"]
    logging = every(stack, "aws_wafv2_web_acl_logging_configuration")
    redacted = {field["single_header"]["name"] for one in logging for field in one["redacted_fields"]}
    assert redacted == {"authorization", "cookie"}


def test_names_are_answered_for_both_internet_protocols(name: str, stack: Json) -> None:
    aliases = [one for one in every(stack, "aws_route53_record") if "alias" in one]
    domain = DOMAINS[name]
    hosts = {f"{host}.{domain}" for host in PUBLIC} | {domain}
    hosts |= {f"www.{domain}"} if name == "ohi-prod" else set()
    assert {(one["name"], one["type"]) for one in aliases} == {
        (host, kind) for host in hosts for kind in ("A", "AAAA")
    }


def test_certificates_are_wildcards_in_both_regions_validated_by_dns(name: str, stack: Json) -> None:
    certificates = every(stack, "aws_acm_certificate")
    assert [one.get("provider") for one in certificates].count("aws.us-east-1") == 1
    assert len(certificates) == 2
    for one in certificates:
        assert one["validation_method"] == "DNS"
        assert {one["domain_name"], *one["subject_alternative_names"]} == {
            DOMAINS[name],
            f"*.{DOMAINS[name]}",
        }
    assert len(every(stack, "aws_acm_certificate_validation")) == 2


def test_the_name_servers_are_an_output(stack: Json) -> None:
    assert "name_servers" in str(stack["output"]["name-servers"]["value"])
