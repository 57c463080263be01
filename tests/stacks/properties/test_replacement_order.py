"""What AWS refuses to delete while something uses it goes after its users have changed.

Terraform deletes a resource that left the configuration before it changes what refers to it, unless its
`create_before_destroy` is set (Terraform, "The lifecycle Meta-Argument"; the flag stays in the state).
"""

from __future__ import annotations

from typing import Any

from aws_emulator import refused_operations

Json = dict[str, Any]
# Operation that AWS refuses while its subject is used → the type of the resource.
USED_BY_WHAT_CHANGES = {
    "DeleteCachePolicy": "aws_cloudfront_cache_policy",
    "DeleteCacheParameterGroup": "aws_elasticache_parameter_group",
    "DeleteCertificate": "aws_acm_certificate",
    "DeleteDBClusterParameterGroup": "aws_rds_cluster_parameter_group",
    "DeleteDBParameterGroup": "aws_db_parameter_group",
    "DeleteFunction": "aws_cloudfront_function",
    "DeleteIPSet": "aws_wafv2_ip_set",
    "DeleteKeyGroup": "aws_cloudfront_key_group",
    "DeleteOriginRequestPolicy": "aws_cloudfront_origin_request_policy",
    "DeletePublicKey": "aws_cloudfront_public_key",
    "DeleteRegexPatternSet": "aws_wafv2_regex_pattern_set",
    "DeleteResponseHeadersPolicy": "aws_cloudfront_response_headers_policy",
    "DeleteRuleGroup": "aws_wafv2_rule_group",
    "DeleteSecurityGroup": "aws_security_group",
    "DeleteSubnet": "aws_subnet",
    "DeleteWebACL": "aws_wafv2_web_acl",
}
# Types that belong to the one resource that uses them, and go when it goes.
GO_TOGETHER = {
    "DeleteCacheSubnetGroup",
    "DeleteCluster",
    "DeleteDBSubnetGroup",
    "DeleteDistribution",
    "DeleteLoadBalancer",
    "DeleteNamespace",
    "DeleteOriginAccessControl",
    "DeleteVpc",
}


def test_every_refusal_to_delete_has_an_answer() -> None:
    names = {each.partition(":")[2] for each in refused_operations()}
    refused = {name for name in names if name.startswith("Delete")}
    assert refused == {*USED_BY_WHAT_CHANGES, *GO_TOGETHER}


def test_what_is_used_goes_after_its_users_have_changed(subjects: dict[str, Json]) -> None:
    for stack in subjects.values():
        found = [
            (f"{kind}.{name}", (body.get("lifecycle") or {}).get("create_before_destroy"))
            for kind in (*USED_BY_WHAT_CHANGES.values(), "aws_lb_target_group", "aws_route_table")
            for name, body in stack["resource"].get(kind, {}).items()
        ]
        assert [address for address, first in found if not first] == []


def test_there_is_something_to_look_at(stacks: dict[str, Json]) -> None:
    kinds = {kind for stack in stacks.values() for kind in stack["resource"]}
    assert {"aws_subnet", "aws_cloudfront_cache_policy", "aws_wafv2_web_acl"} <= kinds
