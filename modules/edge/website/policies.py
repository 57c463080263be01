"""Cache policies and response headers policies of a distribution."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudfront_cache_policy import (
    CloudfrontCachePolicy,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOrigin,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfig,
    CloudfrontCachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfig,
)
from cdktf_cdktf_provider_aws.cloudfront_response_headers_policy import (
    CloudfrontResponseHeadersPolicy,
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

from .settings import YEAR, SecurityHeaders

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
    scope: Construct, id: str, *, name: str, headers: SecurityHeaders, cache_control: str | None
) -> CloudfrontResponseHeadersPolicy:
    """A response headers policy that overrides the origin: security headers, and Cache-Control if set."""
    custom = {"Permissions-Policy": headers.permissions_policy, "Cache-Control": cache_control}
    items = [
        CloudfrontResponseHeadersPolicyCustomHeadersConfigItems(header=header, value=value, override=True)
        for header, value in custom.items()
        if value
    ]
    return CloudfrontResponseHeadersPolicy(
        scope,
        id,
        name=name,
        security_headers_config=_security_headers(headers),
        custom_headers_config=(
            CloudfrontResponseHeadersPolicyCustomHeadersConfig(items=items) if items else None
        ),
        lifecycle=_AFTER_DISTRIBUTION,
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
