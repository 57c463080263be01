"""Certificates and web application firewalls. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from modules.monitoring.kinds.source import Source
from modules.monitoring.monitored import AlarmRule, Monitored, Widget

_DAY = 86_400


def certificate(*, key: str, domain: str, arns: Mapping[bool, str]) -> Monitored:
    """A certificate's days to expiry; `arns` by whether it stands in us-east-1, for CloudFront.

    ACM renews by itself, six weeks before the end at the latest ("Managed certificate renewal in AWS
    Certificate Manager"), and tells twice a day how many days are left.
    """
    left = {
        in_global_region: Source(
            "AWS/CertificateManager",
            {"CertificateArn": arn},
            period=_DAY,
            in_global_region=in_global_region,
        ).metric("DaysToExpiry", "Minimum", "CloudFront's" if in_global_region else "regional")
        for in_global_region, arn in arns.items()
    }
    alarms, widgets = [], []
    for in_global_region, metric in left.items():
        suffix = "-cloudfront" if in_global_region else ""
        for name, severity, days in (("renewal", "warning", 30), ("expiry", "critical", 10)):
            alarms.append(
                AlarmRule(
                    key=f"{name}{suffix}",
                    severity="critical" if severity == "critical" else "warning",
                    series=metric,
                    comparison="<",
                    threshold=days,
                    periods=1,
                    # ACM says nothing on some days of a new certificate, and stops when it has expired.
                    missing_data="ignore",
                    description=f"The certificate of {domain} expires in less than {{threshold}} days, and "
                    "ACM has not renewed it. Check that its validation record still stands in the zone, "
                    "and that the registrar's name servers are the zone's.",
                )
            )
        widgets.append(
            Widget(
                title=f"Days to expiry of {domain}" + (" (CloudFront)" if in_global_region else ""),
                series=(metric,),
                unit="days",
                alarms=(f"renewal{suffix}", f"expiry{suffix}"),
            )
        )
    return Monitored(
        key=key, title="Certificate", group="overview", widgets=tuple(widgets), alarms=tuple(alarms)
    )


def firewall(*, key: str, web_acl: str, region: str | None) -> Monitored:
    """A web ACL; `region` is None for CloudFront's, which report from us-east-1 without naming a region."""
    dimensions = {"WebACL": web_acl, "Rule": "ALL", **({"Region": region} if region else {})}
    acl = Source("AWS/WAFV2", dimensions, period=300, in_global_region=region is None)
    blocked = acl.metric("BlockedRequests", "Sum", "blocked")
    counted = acl.metric("CountedRequests", "Sum", "counted")
    allowed = acl.metric("AllowedRequests", "Sum", "allowed")
    return Monitored(
        key=key,
        title="Firewall" if region else "Firewall of the website",
        group="api" if region else "frontend",
        widgets=(
            Widget(
                title="Requests by verdict",
                series=(blocked, counted, allowed),
                unit="in 5 minutes",
                alarms=("blocked",),
                width=12,
                in_overview=True,
            ),
        ),
        alarms=(
            AlarmRule(
                key="blocked",
                severity="warning",
                series=blocked,
                comparison=">",
                threshold=1_000,
                periods=2,
                missing_data="notBreaching",  # reported only when something was blocked
                description="Over {threshold} requests in five minutes are blocked: an attack, or a rule "
                "that stops customers. The firewall's log names the rule and the addresses.",
            ),
        ),
    )
