"""The listeners of a load balancer."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionFixedResponse,
    LbListenerDefaultActionRedirect,
)
from constructs import Construct

from .settings import LoadBalancerSettings


def create_https_listener(
    scope: Construct, *, load_balancer_arn: str, certificate_arn: str, settings: LoadBalancerSettings
) -> LbListener:
    """The HTTPS listener, which answers 404 to hosts without a rule."""
    not_found = LbListenerDefaultActionFixedResponse(
        content_type="text/plain", message_body="Not found", status_code="404"
    )
    return LbListener(
        scope,
        "https",
        load_balancer_arn=load_balancer_arn,
        port=443,
        protocol="HTTPS",
        ssl_policy=settings.tls_policy,
        certificate_arn=certificate_arn,
        default_action=[LbListenerDefaultAction(type="fixed-response", fixed_response=not_found)],
        # The Server header would reveal the software in use.
        routing_http_response_server_enabled=False,
        routing_http_response_x_content_type_options_header_value="nosniff",
        routing_http_response_strict_transport_security_header_value=(settings.strict_transport_security),
    )


def create_redirect_listener(scope: Construct, *, load_balancer_arn: str) -> None:
    """The HTTP listener, which redirects to HTTPS (301)."""
    https = LbListenerDefaultActionRedirect(port="443", protocol="HTTPS", status_code="HTTP_301")
    LbListener(
        scope,
        "http",
        load_balancer_arn=load_balancer_arn,
        port=80,
        protocol="HTTP",
        default_action=[LbListenerDefaultAction(type="redirect", redirect=https)],
        routing_http_response_server_enabled=False,
    )
