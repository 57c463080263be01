"""The zone and the certificate of a distribution, and what can't be served with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.cloudfront_distribution import CloudfrontDistributionViewerCertificate

from ...dns.certificate import Certificate
from ...dns.zone import Zone
from ...errors import Problem, refusal
from ..web_acl.web_acl import WebAcl


@dataclass(frozen=True, kw_only=True)
class SiteAddress:
    """The hosted zone and the certificate of a distribution's domains."""

    zone: Zone
    certificate: Certificate


def address_problems(
    where: str, domains: Sequence[str], address: SiteAddress | None, web_acl: WebAcl | None
) -> Iterator[Problem]:
    """Domains that the address doesn't cover, and a web ACL of another scope. `where`: `website shop`."""
    if domains and not address:
        why = refusal(
            got=f"{', '.join(domains)} without an address",
            allowed="domains with a zone and a certificate",
            fix="pass address=SiteAddress(zone=…, certificate=…)",
        )
        yield Problem(where=where, what=why)
    for domain in domains if address else ():
        if address and not address.certificate.covers(domain):
            allowed = "domains that the certificate names, or one level below its domain"
            why = refusal(got=domain, allowed=allowed, fix="add it to the certificate's names")
            yield Problem(where=where, what=why)
    if web_acl and web_acl.settings.scope != "CLOUDFRONT":
        why = refusal(got=web_acl.settings.scope, allowed="CLOUDFRONT", fix="give it its own web ACL")
        yield Problem(where=f"web_acl of {where}", what=why)


def viewer_certificate(
    address: SiteAddress | None, domains: Sequence[str]
) -> CloudfrontDistributionViewerCertificate:
    """The certificate of the domains; CloudFront's own without domains."""
    if not address or not domains:
        return CloudfrontDistributionViewerCertificate(cloudfront_default_certificate=True)
    return CloudfrontDistributionViewerCertificate(
        acm_certificate_arn=address.certificate.arn_for_cloudfront,
        ssl_support_method="sni-only",
        minimum_protocol_version="TLSv1.2_2021",
    )
