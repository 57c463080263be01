"""Cache policies, response headers policies and error responses of a distribution."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudfront_cache_policy import (
    CloudfrontCachePolicy,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig,
)
from cdktf_cdktf_provider_aws.cloudfront_distribution import CloudfrontDistributionCustomErrorResponse
from cdktf_cdktf_provider_aws.cloudfront_response_headers_policy import (
    CloudfrontResponseHeadersPolicy,
    CloudfrontResponseHeadersPolicyCorsConfig,
    CloudfrontResponseHeadersPolicyCorsConfigAccessControlAllowHeaders,
    CloudfrontResponseHeadersPolicyCorsConfigAccessControlAllowMethods,
    CloudfrontResponseHeadersPolicyCorsConfigAccessControlAllowOrigins,
    CloudfrontResponseHeadersPolicyCorsConfigAccessControlExposeHeaders,
    CloudfrontResponseHeadersPolicyCustomHeadersConfig,
    CloudfrontResponseHeadersPolicyCustomHeadersConfigItems,
    CloudfrontResponseHeadersPolicySecurityHeadersConfig,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigContentTypeOptions,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigFrameOptions,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigReferrerPolicy,
    CloudfrontResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurity,
)
from constructs import Construct

from .settings import HOUR, YEAR, SecurityHeaders

# CloudFront refuses to delete a policy that a distribution uses: the distribution changes first.
_AFTER_DISTRIBUTION = TerraformResourceLifecycle(create_before_destroy=True)


def create_cache_policy(scope: Construct, id: str, *, name: str, ttl: int) -> CloudfrontCachePolicy:
    """A cache policy by path only, with compression (gzip, Brotli) and a default TTL of `ttl` seconds."""
    key = CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin(
        enable_accept_encoding_brotli=True,
        enable_accept_encoding_gzip=True,
        cookies_config=CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig(
            cookie_behavior="none"
        ),
        headers_config=CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig(
            header_behavior="none"
        ),
        query_strings_config=(
            CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig(
                query_string_behavior="none"
            )
        ),
    )
    return CloudfrontCachePolicy(
        scope,
        id,
        name=name,
        min_ttl=0,
        default_ttl=ttl,
        max_ttl=YEAR,
        parameters_in_cache_key_and_forwarded_to_origin=key,
        lifecycle=_AFTER_DISTRIBUTION,
    )


def create_headers_policy(
    scope: Construct,
    id: str,
    *,
    name: str,
    headers: SecurityHeaders,
    cache_control: str | None,
    origins: Sequence[str] = (),
) -> CloudfrontResponseHeadersPolicy:
    """A response headers policy: security headers, which replace the origin's, and Cache-Control if set.

    Cache-Control is for files without their own. So the index document that stands in for a missing file
    keeps its `no-cache`, also where files stay for a year. With `origins`, CORS headers for their pages.
    """
    custom = {
        "Permissions-Policy": (headers.permissions_policy, True),
        "Cache-Control": (cache_control, False),
    }
    items = [
        CloudfrontResponseHeadersPolicyCustomHeadersConfigItems(header=header, value=value, override=override)
        for header, (value, override) in custom.items()
        if value
    ]
    return CloudfrontResponseHeadersPolicy(
        scope,
        id,
        name=name,
        security_headers_config=_security_headers(headers),
        cors_config=_cors(origins) if origins else None,
        custom_headers_config=(
            CloudfrontResponseHeadersPolicyCustomHeadersConfig(items=items) if items else None
        ),
        lifecycle=_AFTER_DISTRIBUTION,
    )


def error_responses(index_document: str) -> list[CloudfrontDistributionCustomErrorResponse]:
    """The index document for people in both cases.

    Each keeps its status: for alarms, for whoever looks for the reason, and so that a browser takes the page
    for no script. Paths of the application never come here, the distribution's function rewrites them.
    """
    return [
        CloudfrontDistributionCustomErrorResponse(
            error_code=code,
            response_code=code,
            response_page_path=f"/{index_document}",
            # Soon after a deployment its new files must be found.
            error_caching_min_ttl=10,
        )
        for code in (403, 404)
    ]


def _cors(origins: Sequence[str]) -> CloudfrontResponseHeadersPolicyCorsConfig:
    """Reading by scripts of these origins. CloudFront answers for all, so nothing is cached by origin."""
    return CloudfrontResponseHeadersPolicyCorsConfig(
        access_control_allow_credentials=False,
        access_control_allow_headers=CloudfrontResponseHeadersPolicyCorsConfigAccessControlAllowHeaders(
            items=["Range"]
        ),
        access_control_allow_methods=CloudfrontResponseHeadersPolicyCorsConfigAccessControlAllowMethods(
            items=["GET", "HEAD", "OPTIONS"]
        ),
        access_control_allow_origins=CloudfrontResponseHeadersPolicyCorsConfigAccessControlAllowOrigins(
            items=list(origins)
        ),
        access_control_expose_headers=CloudfrontResponseHeadersPolicyCorsConfigAccessControlExposeHeaders(
            items=["Content-Range", "ETag"]
        ),
        access_control_max_age_sec=HOUR,
        origin_override=True,
    )


def _security_headers(headers: SecurityHeaders) -> CloudfrontResponseHeadersPolicySecurityHeadersConfig:
    content = headers.content_security_policy
    return CloudfrontResponseHeadersPolicySecurityHeadersConfig(
        content_security_policy=(
            CloudfrontResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicy(
                content_security_policy=content.header, override=True
            )
            if content
            else None
        ),
        content_type_options=CloudfrontResponseHeadersPolicySecurityHeadersConfigContentTypeOptions(
            override=True
        ),
        frame_options=CloudfrontResponseHeadersPolicySecurityHeadersConfigFrameOptions(
            frame_option=headers.frame, override=True
        ),
        referrer_policy=CloudfrontResponseHeadersPolicySecurityHeadersConfigReferrerPolicy(
            referrer_policy=headers.referrer, override=True
        ),
        strict_transport_security=(
            CloudfrontResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurity(
                access_control_max_age_sec=headers.strict_transport_security_seconds,
                include_subdomains=headers.include_subdomains,
                preload=headers.preload,
                override=True,
            )
        ),
    )
