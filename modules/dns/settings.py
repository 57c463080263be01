"""Settings of hosted zones and certificates. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal

from pydantic import PositiveInt

from ..errors import Problem, refusal
from ..log_retention import RetentionDays
from ..settings import settings
from .names import Domain, is_domain, is_inside

# AWS Certificate Manager user guide, "Configure a CAA record": any of the four lets Amazon issue.
AMAZON = "amazon.com"


@settings
class HostedZoneSettings:
    """A public zone. `protected` keeps a plan from destroying it: a new one would have other name servers.

    Delegation takes one of two ways, both empty at first so that every environment can be planned alone:
    - `delegations` here, in the parent: the child's domain → its name servers (an output of its stack). For
      children in other accounts, or at other providers.
    - `delegated_by` in the child: the parent's domain, whose zone is in this account already. The child then
      writes its own NS record into it, and takes it away when it is destroyed, so that no delegation is left
      behind that a stranger's zone could answer.
    A delegation set shared by parent and child would need neither, but Route 53 refuses zones of one family
    that have name servers in common (Route 53 API: CreateHostedZone, ConflictingDomainExists).
    """

    domain: Domain
    protected: bool = True
    delegations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delegated_by: Domain | None = None
    # Who may issue certificates for the domain. A host elsewhere that brings its own needs its issuer here.
    certificate_authorities: tuple[str, ...] = (AMAZON,)
    # Queries in CloudWatch, for so many days. None: they cost more than the zone and few people read them.
    query_log_retention_days: RetentionDays | None = None
    # An hour for what rarely changes; Amazon Route 53 developer guide, "Values that are common".
    ttl_seconds: PositiveInt = 3600

    def problems(self) -> Iterator[Problem]:
        """Delegations to and from strangers, and authorities that are no domain."""
        for child, servers in self.delegations.items():
            where = f"delegations[{child}]"
            if child == self.domain or not is_domain(child) or not is_inside(child, self.domain):
                allowed = f"a domain below {self.domain}"
                yield Problem(where=where, what=refusal(got=child, allowed=allowed, fix="correct the name"))
            if not 2 <= len(servers) == len(set(servers)):
                allowed = "two or more different name servers"
                why = refusal(got=list(servers), allowed=allowed, fix="copy them from the child's output")
                yield Problem(where=where, what=why)
        parent = self.delegated_by
        if parent and (parent == self.domain or not is_inside(self.domain, parent)):
            allowed = f"a domain that {self.domain} is below"
            yield Problem(
                where="delegated_by", what=refusal(got=parent, allowed=allowed, fix="correct the name")
            )
        for authority in self.certificate_authorities:
            if not is_domain(authority):
                why = refusal(
                    got=repr(authority), allowed="a domain such as amazon.com", fix="correct the name"
                )
                yield Problem(where="certificate_authorities", what=why)


@settings
class CertificateSettings:
    """A certificate for a zone's apex and every host one level below it, and for `names` besides.

    ACM waits for the validation record to be visible to everyone, so the zone must be delegated first; the
    wait ends after `validation_minutes`.
    """

    names: tuple[str, ...] = ()
    key_algorithm: Literal["RSA_2048", "EC_prime256v1", "EC_secp384r1"] = "RSA_2048"
    validation_minutes: PositiveInt = 75
    # CloudFront takes certificates of us-east-1 only.
    for_cloudfront: bool = True
