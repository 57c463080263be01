"""The websites that commands read from a stack's JSON."""

from __future__ import annotations

from typing import Any

import pytest

from operations.synthesized import SynthesizedStack, websites

_ACCOUNT = "${data.aws_caller_identity.account.account_id}"
_BEHAVIOR = {"target_origin_id": "bucket"}
_RESOURCES: dict[str, Any] = {
    "aws_s3_bucket": {"site": {"bucket": f"shop-dev-website-{_ACCOUNT}-eu-west-1"}},
    "aws_cloudfront_distribution": {
        "website": {
            "aliases": ["shop.test"],
            "default_cache_behavior": _BEHAVIOR,
            "default_root_object": "index.html",
            "origin": [
                {"domain_name": "api.shop.test", "origin_id": "api"},
                {"domain_name": "${aws_s3_bucket.site.bucket_regional_domain_name}", "origin_id": "bucket"},
            ],
            "tags": {"Service": "website"},
        },
        "media": {
            "default_cache_behavior": _BEHAVIOR,
            "origin": [
                {"domain_name": "${aws_s3_bucket.site.bucket_regional_domain_name}", "origin_id": "bucket"}
            ],
            "tags": {"Service": "media"},
        },
    },
}


def test_a_website_has_the_names_that_aws_knows() -> None:
    document = {"provider": {"aws": [{"region": "eu-west-1"}]}, "resource": _RESOURCES}
    found = websites(SynthesizedStack(name="shop-dev", document=document))
    assert list(found) == ["website"], "a distribution without an index document is no website"
    site = found["website"]
    assert site.bucket("123456789012") == "shop-dev-website-123456789012-eu-west-1"
    assert (site.hosts, site.index_document, site.region) == (("shop.test",), "index.html", "eu-west-1")


@pytest.mark.parametrize("stack", ["ohi-prod", "webapp-production"])
def test_the_products_have_one(stacks: dict[str, Any], stack: str) -> None:
    (found,) = websites(SynthesizedStack(name=stack, document=stacks[stack])).values()
    assert found.website == "website"
    assert found.bucket("1").startswith(f"{stack}-website-1-")
    assert found.hosts
