"""Settings of websites. Pure."""

from collections.abc import Iterator
from typing import Annotated

from ...dns.names import Domain
from ...errors import Problem, refusal
from ...settings import settings
from ...values import Positive, Region, Text
from ..distribution.content_security_policy import SELF_ONLY as SELF_ONLY
from ..distribution.content_security_policy import ContentSecurityPolicy as ContentSecurityPolicy
from ..distribution.settings import DAY as DAY
from ..distribution.settings import ENTRY_PAGE as ENTRY_PAGE
from ..distribution.settings import HASHED_ASSETS as HASHED_ASSETS
from ..distribution.settings import HOUR as HOUR
from ..distribution.settings import YEAR as YEAR
from ..distribution.settings import CacheBehavior as CacheBehavior
from ..distribution.settings import Country, PriceClass, Seconds, repeated
from ..distribution.settings import SecurityHeaders as SecurityHeaders

# What `infra publish` keeps in the bucket: who publishes, and the files of the last releases.
PUBLISH_RECORD = ".publish.json"

# CloudFront API: DistributionConfig, DefaultRootObject: 255 characters at most.
_IndexDocument = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9_.-][A-Za-z0-9_.*$/~-]*",
        longest=255,
        allowed="a file name such as index.html",
    ),
]


@settings
class WebsiteSettings:
    """A static website. `protected` prevents the destruction of its files.

    `ttl` (seconds) is the default TTL of files without a Cache-Control header.
    """

    # Hosts of the zone; empty for CloudFront's own domain name.
    domains: tuple[Domain, ...] = ()
    # Hosts that answer with a permanent redirect to the first of `domains`, such as www.example.com.
    redirected_domains: tuple[Domain, ...] = ()
    protected: bool = True
    ttl: Seconds = DAY
    behaviors: tuple[CacheBehavior, ...] = ()
    headers: SecurityHeaders = SecurityHeaders()
    index_document: _IndexDocument = "index.html"
    # For single-page applications: a path without an extension is one of the application's, which the index
    # document answers. It is the page of a missing file (404) and of a refused request (403), too.
    single_page: bool = True
    # PriceClass_100 has edge locations in Europe and North America; PriceClass_All on all continents.
    price_class: PriceClass = "PriceClass_100"
    # Allowed countries (ISO 3166); empty means no geographic restriction.
    allowed_countries: tuple[Country, ...] = ()
    # Cache hit rate, origin latency and error rates by status; priced for each distribution.
    additional_metrics: bool = False
    # None: no access logs.
    log_retention_days: Positive | None = 90
    # How long noncurrent versions of files are kept.
    keep_versions_days: Positive = 30
    # A second region with a replica of the files, which CloudFront serves while the bucket fails. None: no
    # replica.
    replica_region: Region | None = None

    @property
    def hosts(self) -> tuple[Domain, ...]:
        """Every host that the distribution answers."""
        return (*self.domains, *self.redirected_domains)

    def problems(self) -> Iterator[Problem]:
        """Duplicate behaviors and domains; redirects to nowhere; an invalid index document."""
        yield from repeated(self.hosts, self.behaviors)
        if self.redirected_domains and not self.domains:
            why = refusal(
                got=f"{', '.join(self.redirected_domains)} without a domain",
                allowed="hosts that redirect to the first of domains",
                fix="name in domains where they redirect to",
            )
            yield Problem(where="redirected_domains", what=why)
        if self.index_document.startswith("/") or not self.index_document:
            why = refusal(
                got=repr(self.index_document), allowed="a file name such as index.html", fix="correct it"
            )
            yield Problem(where="index_document", what=why)
