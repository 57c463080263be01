"""OHI's load balancer, website, web ACLs, names and certificates are those of each environment's settings."""

from __future__ import annotations

from stacks.ohi.schema import OhiSettings
from tests.stacks.synthesized import Json, every, host_rules, only


def hosts_of(settings: OhiSettings) -> dict[str, int]:
    """The public hosts of services, and the port that each is answered on."""
    return {f"{one.host}.{settings.zone.domain}": one.ports["http"] for one in settings.services if one.host}


def test_https_alone_is_served_and_http_redirected(stack: Json) -> None:
    listeners = {one["port"]: one for one in every(stack, "aws_lb_listener")}
    assert set(listeners) == {80, 443}
    (redirect,) = listeners[80]["default_action"]
    assert redirect["redirect"]["status_code"] == "HTTP_301"
    assert redirect["redirect"]["protocol"] == "HTTPS"
    assert listeners[443]["ssl_policy"].startswith("ELBSecurityPolicy-TLS13-")


def test_every_public_host_is_routed_to_its_own_service(settings: OhiSettings, stack: Json) -> None:
    rules = host_rules(stack)
    hosts = [value for one in rules for value in one["condition"][0]["host_header"]["values"]]
    assert sorted(hosts) == sorted(hosts_of(settings))
    assert len({one["priority"] for one in rules}) == len(rules)
    balanced = [
        one for service in every(stack, "aws_ecs_service") for one in service.get("load_balancer", ())
    ]
    assert sorted(one["container_port"] for one in balanced) == sorted(hosts_of(settings).values())
    groups = every(stack, "aws_lb_target_group")
    assert len(groups) >= len(balanced)
    assert all(len(one["name"]) <= 32 for one in groups)


def test_telemetry_is_reached_by_its_operators_alone(settings: OhiSettings, stack: Json) -> None:
    rules = host_rules(stack)
    sources = {
        one["condition"][0]["host_header"]["values"][0].split(".")[0]: [
            network for each in one["condition"][1:] for network in each["source_ip"]["values"]
        ]
        for one in rules
    }
    # Nobody from the internet, until addresses are named.
    assert sources.pop("signoz") == [str(one) for one in settings.operators or (settings.network.cidr,)]
    assert sources
    assert not any(sources.values())


def test_the_load_balancer_logs_and_drops_what_is_invalid(settings: OhiSettings, stack: Json) -> None:
    found = only(stack, "aws_lb")
    assert found["drop_invalid_header_fields"] is True
    assert found["access_logs"]["enabled"] is True
    assert found["enable_deletion_protection"] is settings.protected
    assert found["internal"] is False


def test_the_bucket_is_read_by_the_distribution_alone(stack: Json) -> None:
    distribution = only(stack, "aws_cloudfront_distribution")
    origins = distribution["origin"]
    assert all("aws_cloudfront_origin_access_control." in one["origin_access_control_id"] for one in origins)
    policies = [one["policy"] for one in every(stack, "aws_s3_bucket_policy")]
    # That of the bucket, and in production that of its replica in the second region.
    reading = [one for one in policies if "cloudfront.amazonaws.com" in one]
    assert len(reading) == len(origins) >= 1
    assert all("AWS:SourceArn" in one for one in reading)
    blocks = every(stack, "aws_s3_bucket_public_access_block")
    assert len(blocks) == len(every(stack, "aws_s3_bucket"))
    flags = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert all(one[flag] is True for one in blocks for flag in flags)


def test_the_website_is_a_single_page(settings: OhiSettings, stack: Json) -> None:
    distribution = only(stack, "aws_cloudfront_distribution")
    pages = {one["error_code"]: one["response_page_path"] for one in distribution["custom_error_response"]}
    assert pages == {403: "/index.html", 404: "/index.html"}
    assert distribution["default_cache_behavior"]["viewer_protocol_policy"] == "redirect-to-https"
    assert distribution["default_cache_behavior"]["compress"] is True
    assert distribution["aliases"] == list(settings.website.domains)
    assert only(stack, "aws_cloudfront_cache_policy")["default_ttl"] == settings.website.ttl
    headers = only(stack, "aws_cloudfront_response_headers_policy")
    security = headers["security_headers_config"]
    assert security["strict_transport_security"]["access_control_max_age_sec"] >= 31_536_000
    # The frontend calls the APIs beside it.
    csp = security["content_security_policy"]["content_security_policy"]
    assert f"connect-src 'self' https://*.{settings.zone.domain};" in f"{csp};"


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


def test_names_are_answered_for_by_the_addresses_that_there_are(settings: OhiSettings, stack: Json) -> None:
    aliases = [one for one in every(stack, "aws_route53_record") if "alias" in one]
    # CloudFront has IPv6, the load balancer has not (docs/specification/ohi.md, "How it is met").
    website = {(domain, kind) for domain in settings.website.domains for kind in ("A", "AAAA")}
    services = {(host, "A") for host in hosts_of(settings)}
    assert {(one["name"], one["type"]) for one in aliases} == website | services


def test_certificates_are_wildcards_in_both_regions_validated_by_dns(
    settings: OhiSettings, stack: Json
) -> None:
    certificates = every(stack, "aws_acm_certificate")
    assert [one.get("provider") for one in certificates].count("aws.us-east-1") == 1
    assert len(certificates) == 2
    domain = settings.zone.domain
    for one in certificates:
        assert one["validation_method"] == "DNS"
        assert {one["domain_name"], *one["subject_alternative_names"]} == {domain, f"*.{domain}"}
    assert len(every(stack, "aws_acm_certificate_validation")) == 2


def test_the_name_servers_are_an_output(stack: Json) -> None:
    assert "name_servers" in str(stack["output"]["name-servers"]["value"])
