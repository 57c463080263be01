"""Settings of hosted zones and certificates. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from ..errors import Problem, refusal
from ..log_retention import RetentionDays
from ..settings import settings
from ..values import Positive, UrlPath
from .names import Domain, is_domain, is_inside
from .records import DnsRecord, RecordName, record_problems

# AWS Certificate Manager user guide, "Configure a CAA record": any of its domains lets Amazon issue.
AMAZON = "amazon.com"


@settings
class HostedZoneSettings:
    """A public hosted zone. `protected` prevents its destruction: a new one would have other name servers.

    A subdomain is delegated in one of two ways, both unset by default so that every environment can be
    planned alone:

    - `delegations` of the parent: the child's domain → its name servers (an output of its stack). For
      children in other accounts, or at other providers.
    - `delegated_by` of the child: the parent's domain, whose zone is in this account already. The child
      creates its NS record there, and deletes it with itself, so that no dangling delegation is left that a
      zone of a third party could answer.

    A delegation set shared by parent and child would need neither, but Route 53 refuses zones of one domain
    that have name servers in common (Route 53 API: CreateHostedZone, ConflictingDomainExists).
    """

    domain: Domain
    protected: bool = True
    # Child's domain → its name servers.
    delegations: Mapping[RecordName, tuple[RecordName, ...]] = field(default_factory=dict)
    # The parent's domain, in this account.
    delegated_by: Domain | None = None
    # Records that others ask for: MX, SPF, DKIM and DMARC of the domain's mail, verifications. Without them,
    # the move of the name servers to this zone ends the mail.
    records: tuple[DnsRecord, ...] = ()
    # CAs in the CAA record. A host at another provider needs the CA of its certificate here.
    certificate_authorities: tuple[str, ...] = (AMAZON,)
    # Retention of DNS queries in CloudWatch. None: no query logging, which costs more than the zone.
    query_log_retention_days: RetentionDays | None = None
    # An hour for records that rarely change; Amazon Route 53 developer guide, "Values that are common".
    ttl_seconds: Positive = 3600

    def problems(self) -> Iterator[Problem]:
        """Delegations and records outside the domain; invalid or duplicate certificate authorities."""
        yield from record_problems(self.records, self.domain)
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
        if len(set(self.certificate_authorities)) != len(self.certificate_authorities):
            why = refusal(got=self.certificate_authorities, allowed="each once", fix="remove the double")
            yield Problem(where="certificate_authorities", what=why)
        for authority in self.certificate_authorities:
            if not is_domain(authority):
                why = refusal(
                    got=repr(authority), allowed="a domain such as amazon.com", fix="correct the name"
                )
                yield Problem(where="certificate_authorities", what=why)


# Of a failover record (Route 53 API: ResourceRecordSet, Failover).
Role = Literal["PRIMARY", "SECONDARY"]


@settings
class HealthCheckSettings:
    """A health check over HTTPS: healthy is an answer of 2xx or 3xx within four seconds.

    Source: Route 53 developer guide, "How Amazon Route 53 determines whether a health check is healthy".
    """

    path: UrlPath = "/health"
    # 10 costs more.
    interval_seconds: Literal[10, 30] = 30
    # Answers in a row after which it is unhealthy, or healthy again.
    failures: Annotated[int, Field(ge=1, le=10)] = 3


@settings
class CertificateSettings:
    """A certificate for a zone's apex, every host one level below it, and additional `names`.

    ACM needs the validation record in public DNS, so the zone must be delegated first; Terraform waits
    `validation_minutes`.
    """

    # More names of the zone, such as "*.dev.example.com".
    names: tuple[RecordName, ...] = ()
    key_algorithm: Literal["RSA_2048", "EC_prime256v1", "EC_secp384r1"] = "RSA_2048"
    # How long Terraform waits until ACM has issued it.
    validation_minutes: Annotated[int, Field(ge=1, le=4_320)] = 75
    # CloudFront takes certificates of us-east-1 only.
    for_cloudfront: bool = True
    # False: another stack of the account has a certificate of the same names, and with it the records, which
    # are the same in every region.
    validation_records: bool = True
