"""Websites and web ACLs as they are synthesized."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.edge.web_acl.settings import WEBSITE_GROUPS
from modules.edge.website.settings import ENTRY_PAGE, HASHED_ASSETS
from modules.errors import ProblemsError

Json = dict[str, Any]


class Built:
    """The websites and web ACLs, and the JSON they became."""

    def __init__(self, edge: Callable[..., Any]) -> None:
        self.edge, self.json = edge(self.add)

    def add(self, edge: Any) -> None:
        regional = edge.web_acl("balancer", "REGIONAL", denied=(IPv4Network("192.0.2.0/24"),))
        regional.associate("association", edge.load_balancer.arn)
        self.site = edge.website(
            "website",
            edge.web_acl("website", "CLOUDFRONT", groups=WEBSITE_GROUPS, count_all=True, logs=None),
            domains=("example.com",),
            redirected_domains=("www.example.com",),
            behaviors=(HASHED_ASSETS, ENTRY_PAGE),
            additional_metrics=True,
        )
        self.small = edge.website(
            "small", at=False, ttl=300, protected=False, single_page=False, log_retention_days=None
        )

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].partition("/")[2]: one for one in found}

    def one(self, kind: str, path: str) -> Json:
        return self.resources(kind)[path]


@pytest.fixture(scope="module")
def built(edge: Callable[..., Any]) -> Built:
    return Built(edge)


def test_the_bucket_is_readable_by_its_own_distribution_alone(built: Built) -> None:
    policy = json.loads(built.one("aws_s3_bucket_policy", "website/bucket/policy")["policy"])
    deny, record, find, allow = policy["Statement"]
    # Without it a missing file would be 403, as a refused request is.
    assert (find["Action"], find["Resource"]) == (
        ["s3:ListBucket"],
        [allow["Resource"][0].removesuffix("/*")],
    )
    assert (find["Principal"], find["Condition"]) == (allow["Principal"], allow["Condition"])
    assert deny["Effect"] == "Deny"
    # What `infra publish` keeps in the bucket is no page.
    assert (record["Effect"], record["Action"]) == ("Deny", ["s3:GetObject"])
    assert record["Resource"] == [allow["Resource"][0].replace("*", ".publish.json")]
    assert record["Principal"] == allow["Principal"]
    assert allow["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allow["Action"] == ["s3:GetObject"]
    assert allow["Condition"] == {
        "StringEquals": {"AWS:SourceArn": "${aws_cloudfront_distribution.website.arn}"}
    }
    block = built.one("aws_s3_bucket_public_access_block", "website/bucket/public-access-block")
    assert {value for key, value in block.items() if key.startswith(("block_", "ignore_", "restrict_"))} == {
        True
    }
    origin = built.one("aws_cloudfront_distribution", "website/Default")["origin"][0]
    assert "aws_cloudfront_origin_access_control" in origin["origin_access_control_id"]
    assert "s3_origin_config" not in origin
    control = built.one("aws_cloudfront_origin_access_control", "website/origin-access-control")
    assert (control["signing_behavior"], control["signing_protocol"]) == ("always", "sigv4")


def test_the_distribution_serves_its_domains_over_modern_tls(built: Built) -> None:
    distribution = built.one("aws_cloudfront_distribution", "website/Default")
    assert distribution["aliases"] == ["example.com", "www.example.com"]
    assert (distribution["http_version"], distribution["is_ipv6_enabled"]) == ("http2and3", True)
    certificate = distribution["viewer_certificate"]
    assert certificate["minimum_protocol_version"] == "TLSv1.2_2021"
    assert certificate["ssl_support_method"] == "sni-only"
    small = built.one("aws_cloudfront_distribution", "small/Default")["viewer_certificate"]
    assert small == {"cloudfront_default_certificate": True}
    assert "cloudfront-validation" in certificate["acm_certificate_arn"]
    assert distribution["default_root_object"] == "index.html"
    assert distribution["restrictions"]["geo_restriction"]["restriction_type"] == "none"
    names = {one["name"] for path, one in built.resources("aws_route53_record").items() if "-a" in path}
    assert {"example.com", "www.example.com"} <= names


def test_every_behavior_calls_the_one_function_of_its_distribution(built: Built) -> None:
    function = built.one("aws_cloudfront_function", "website/viewer-request/Default")
    assert function["name"] == "shop-test-website"
    assert (function["runtime"], function["publish"]) == ("cloudfront-js-2.0", True)
    # A plan must not take its code for an expression of Terraform, but what says whether the stack is paused.
    code = function["code"].replace('"${var.infrastructure_paused}"', "", 1)
    assert code != function["code"]
    assert not {"${", "%{"} & {code[at : at + 2] for at in range(len(code))}
    distribution = built.one("aws_cloudfront_distribution", "website/Default")
    behaviors = [distribution["default_cache_behavior"], *distribution["ordered_cache_behavior"]]
    called = [one["function_association"] for one in behaviors]
    arn = "${aws_cloudfront_function.website_viewer-request_55E60361.arn}"
    assert called == [[{"event_type": "viewer-request", "function_arn": arn}]] * 3
    # Without anything to rewrite it is for the pause alone.
    small = built.one("aws_cloudfront_function", "small/viewer-request/Default")
    assert small["comment"] == "answer_while_paused"


def test_a_missing_file_and_a_refused_request_keep_their_status(built: Built) -> None:
    responses = built.one("aws_cloudfront_distribution", "website/Default")["custom_error_response"]
    assert [(one["error_code"], one["response_code"]) for one in responses] == [(403, 403), (404, 404)]
    assert {one["response_page_path"] for one in responses} == {"/index.html"}
    assert {one["error_caching_min_ttl"] for one in responses} == {10}
    assert "custom_error_response" not in built.one("aws_cloudfront_distribution", "small/Default")


def test_files_are_kept_by_kind_and_compressed(built: Built) -> None:
    policies = built.resources("aws_cloudfront_cache_policy")
    kept = {path: policy["default_ttl"] for path, policy in policies.items()}
    assert kept == {
        "website/default-cache-policy": 86_400,
        "website/assets-cache-policy": 31_536_000,
        "website/index-cache-policy": 60,
        "small/default-cache-policy": 300,
    }
    for policy in policies.values():
        key = policy["parameters_in_cache_key_and_forwarded_to_origin"]
        assert (key["enable_accept_encoding_brotli"], key["enable_accept_encoding_gzip"]) == (True, True)
    distribution = built.one("aws_cloudfront_distribution", "website/Default")
    behaviors = [distribution["default_cache_behavior"], *distribution["ordered_cache_behavior"]]
    assert [one.get("path_pattern") for one in behaviors] == [None, "/assets/*", "/index.html"]
    assert {one["viewer_protocol_policy"] for one in behaviors} == {"redirect-to-https"}
    assert all(one["compress"] for one in behaviors)
    assert all(one["allowed_methods"] == ["GET", "HEAD", "OPTIONS"] for one in behaviors)
    assert all(one["cached_methods"] == ["GET", "HEAD"] for one in behaviors)
    (origin,) = distribution["origin"]
    assert {one["target_origin_id"] for one in behaviors} == {origin["origin_id"]}


def test_additional_metrics_are_enabled_if_set(built: Built) -> None:
    (subscription,) = built.resources("aws_cloudfront_monitoring_subscription").values()
    assert subscription["distribution_id"] == "${aws_cloudfront_distribution.website.id}"
    assert subscription["monitoring_subscription"] == {
        "realtime_metrics_subscription_config": {"realtime_metrics_subscription_status": "Enabled"}
    }


def test_every_response_has_the_security_headers(built: Built) -> None:
    for path, policy in built.resources("aws_cloudfront_response_headers_policy").items():
        headers = policy["security_headers_config"]
        assert headers["content_security_policy"]["content_security_policy"].startswith("default-src 'self'")
        assert headers["content_type_options"] == {"override": True}
        assert headers["frame_options"]["frame_option"] == "DENY"
        assert headers["referrer_policy"]["referrer_policy"] == "strict-origin-when-cross-origin"
        assert headers["strict_transport_security"]["access_control_max_age_sec"] == 63_072_000
        custom = {one["header"]: one["value"] for one in policy["custom_headers_config"]["items"]}
        # So the entry page keeps its own, where it stands in for a missing file.
        kept = {one["header"] for one in policy["custom_headers_config"]["items"] if not one["override"]}
        assert kept == {"Cache-Control"} & set(custom)
        assert "camera=()" in custom["Permissions-Policy"], path
        immutable = "public, max-age=31536000, immutable" if "assets" in path else None
        assert custom.get("Cache-Control") == ("no-cache" if "index" in path else immutable)


def test_requests_are_logged_without_access_control_lists(built: Built) -> None:
    delivery = built.one("aws_cloudwatch_log_delivery", "website/logs/Default")
    assert "s3_delivery_configuration" not in delivery
    source = built.one("aws_cloudwatch_log_delivery_source", "website/logs/source")
    destination = built.one("aws_cloudwatch_log_delivery_destination", "website/logs/destination")
    assert (source["log_type"], destination["output_format"]) == ("ACCESS_LOGS", "json")
    for kind in ("", "_source", "_destination"):
        (one,) = built.resources(f"aws_cloudwatch_log_delivery{kind}").values()
        assert one["provider"] == "aws.us-east-1"
    ownership = built.one("aws_s3_bucket_ownership_controls", "website/logs/bucket/ownership")
    assert ownership["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    policy = json.loads(built.one("aws_s3_bucket_policy", "website/logs/bucket/policy")["policy"])
    condition = policy["Statement"][1]["Condition"]
    assert condition["ArnLike"]["aws:SourceArn"].endswith(":delivery-source:*")
    assert ":logs:us-east-1:" in condition["ArnLike"]["aws:SourceArn"]


def test_what_holds_files_is_protected_unless_set_otherwise(built: Built) -> None:
    buckets = built.resources("aws_s3_bucket")
    protected = {path for path, one in buckets.items() if one.get("lifecycle") == {"prevent_destroy": True}}
    assert protected == {
        "load-balancer/logs/bucket/Default",
        "website/bucket/Default",
        "website/logs/bucket/Default",
    }
    assert all(bucket["force_destroy"] is (path not in protected) for path, bucket in buckets.items())
    assert buckets["website/bucket/Default"]["tags"]["DataClassification"] == "public"


def test_firewalls_stand_where_what_they_protect_is(built: Built) -> None:
    regional = built.one("aws_wafv2_web_acl", "balancer-firewall/Default")
    website = built.one("aws_wafv2_web_acl", "website-firewall/Default")
    assert (regional["scope"], regional.get("provider")) == ("REGIONAL", None)
    assert (website["scope"], website["provider"]) == ("CLOUDFRONT", "aws.us-east-1")
    distribution = built.one("aws_cloudfront_distribution", "website/Default")
    assert distribution["web_acl_id"] == "${aws_wafv2_web_acl.website-firewall.arn}"
    association = built.one("aws_wafv2_web_acl_association", "balancer-firewall/association")
    assert association["resource_arn"] == "${aws_lb.load-balancer.arn}"


def test_rules_block_or_count_and_never_lose_their_statement(built: Built) -> None:
    rules = {one["name"]: one for one in built.one("aws_wafv2_web_acl", "balancer-firewall/Default")["rule"]}
    assert sorted(one["priority"] for one in rules.values()) == list(range(len(rules)))
    rate = rules["rate-per-address"]
    assert rate["statement"]["rate_based_statement"]["limit"] == 10_000
    assert rate["action"] == {"block": {"custom_response": {"response_code": 429}}}
    assert rules["Common"]["override_action"] == {"none": {}}
    assert rules["Common"]["statement"]["managed_rule_group_statement"]["vendor_name"] == "AWS"
    assert rules["denied-ipv4"]["action"] == {"block": {}}
    counted = built.one("aws_wafv2_web_acl", "website-firewall/Default")["rule"]
    assert [one.get("override_action", one.get("action")) for one in counted] == [{"count": {}}] * len(
        counted
    )


def test_firewall_logs_are_redacted_and_named_as_aws_wants(built: Built) -> None:
    (logging,) = built.resources("aws_wafv2_web_acl_logging_configuration").values()
    redacted = [field["single_header"]["name"] for field in logging["redacted_fields"]]
    assert redacted == ["authorization", "cookie"]
    group = built.one("aws_cloudwatch_log_group", "balancer-firewall/log-group")
    assert group["name"] == "aws-waf-logs-shop-test-balancer"
    assert logging["logging_filter"]["default_behavior"] == "DROP"
    (kept,) = logging["logging_filter"]["filter"]
    assert (kept["behavior"], kept["requirement"]) == ("KEEP", "MEETS_ANY")
    actions = [one["action_condition"]["action"] for one in kept["condition"]]
    assert actions == ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"]


def test_a_log_group_of_a_firewall_takes_a_key_of_its_region(edge: Callable[..., Any]) -> None:
    def add(scope: Any) -> Callable[[Any], None]:
        def fill(product: Any) -> None:
            from modules.edge.web_acl.settings import WebAclSettings
            from modules.edge.web_acl.web_acl import WebAcl
            from modules.kms.key import Key

            key = Key(product.stack, "log-key", context=product.context, purpose="logs", services=("logs",))
            settings = WebAclSettings(scope=scope)
            WebAcl(product.stack, "acl", context=product.context, name="acl", settings=settings, log_key=key)

        return fill

    _, document = edge(add("REGIONAL"))
    (group,) = [
        one for one in document["resource"]["aws_cloudwatch_log_group"].values() if "waf" in one["name"]
    ]
    assert group["kms_key_id"].startswith("${aws_kms_key.log-key")
    with pytest.raises(ProblemsError, match="log_key of web ACL acl: got a key of eu-west-1"):
        edge(add("CLOUDFRONT"))


def test_a_deployment_may_publish_and_nothing_else(built: Built) -> None:
    actions = [action for statement in built.site.deployment_statements for action in statement.actions]
    assert actions == [
        *("s3:ListBucket", "s3:PutObject", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion"),
        *("cloudfront:ListDistributions", "cloudfront:GetFunction"),
        *("cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"),
    ]
    assert built.site.url == "https://example.com"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"domains": ("example.org",)},
            "website bad: got example.org; allowed: domains that the certificate",
        ),
        ({"domains": ("a.b.example.com",)}, "website bad: got a.b.example.com"),
        ({"domains": ("example.com",), "at": False}, "website bad: got example.com without an address"),
        ({"web_acl": True}, "web_acl of website bad: got REGIONAL; allowed: CLOUDFRONT"),
    ],
)
def test_websites_that_cannot_be_served_are_refused(
    edge: Callable[..., Any], settings: Json, said: str
) -> None:
    def add(product: Any) -> None:
        given = dict(settings)
        web_acl = product.web_acl("regional", "REGIONAL") if given.pop("web_acl", False) else None
        product.website("bad", web_acl, **given)

    with pytest.raises(ProblemsError) as raised:
        edge(add)
    assert said in str(raised.value)
