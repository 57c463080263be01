"""Dashboard widgets and alarms of certificates. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ..monitoring.monitored import AlarmRule, Monitored, Widget
from ..monitoring.resource_metrics import ResourceMetrics

_DAY = 86_400


def certificate(*, key: str, domain: str, arns: Mapping[bool, str]) -> Monitored:
    """Days to expiry of a certificate; `arns` is whether it is in us-east-1 for CloudFront → ARN.

    ACM renews certificates before they expire ("Managed certificate renewal in AWS Certificate Manager"), and
    publishes the metric twice a day.
    """
    left = {
        in_global_region: ResourceMetrics(
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
                    # The metric has gaps for a new certificate, and ends when the certificate expires.
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
