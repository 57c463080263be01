"""Settings of media distributions. Pure."""

from collections.abc import Iterator

from ...dns.names import Domain
from ...errors import Problem, refusal
from ...settings import settings
from ...values import Positive
from ..distribution.content_security_policy import ContentSecurityPolicy
from ..distribution.settings import (
    DAY,
    CacheBehavior,
    Country,
    PriceClass,
    Seconds,
    SecurityHeaders,
    repeated,
)
from .signed_access import SignedAccess

# An uploaded page or drawing runs no script, and belongs to no site, if a browser opens it.
MEDIA_HEADERS = SecurityHeaders(
    content_security_policy=ContentSecurityPolicy(
        directives={
            "default-src": ("'none'",),
            "img-src": ("'self'",),
            "media-src": ("'self'",),
            "style-src": ("'unsafe-inline'",),
            "frame-ancestors": ("'none'",),
            "sandbox": (),
        }
    )
)


@settings
class MediaDistributionSettings:
    """A distribution of a media bucket. `protected` prevents the destruction of its logs.

    `ttl` (seconds) is the default TTL of files without a Cache-Control header.
    """

    # Hosts of the zone; empty for CloudFront's own domain name.
    domains: tuple[Domain, ...] = ()
    protected: bool = True
    ttl: Seconds = DAY
    behaviors: tuple[CacheBehavior, ...] = ()
    headers: SecurityHeaders = MEDIA_HEADERS
    # None: whoever knows an address can read the file.
    signed: SignedAccess | None = None
    # While the bucket's region fails (500, 502, 503, 504), files come from its replica, if it has one.
    failover: bool = True
    # PriceClass_100 has edge locations in Europe and North America; PriceClass_All on all continents.
    price_class: PriceClass = "PriceClass_100"
    # Allowed countries (ISO 3166); empty means no geographic restriction.
    allowed_countries: tuple[Country, ...] = ()
    # Cache hit rate, origin latency and error rates by status; priced for each distribution.
    additional_metrics: bool = False
    # None: no access logs.
    log_retention_days: Positive | None = 90

    def problems(self) -> Iterator[Problem]:
        """Duplicate behaviors and domains; open behaviors that don't exist."""
        yield from repeated(self.domains, self.behaviors)
        names = [one.name for one in self.behaviors]
        for name in self.signed.open_behaviors if self.signed else ():
            if name not in names:
                allowed = f"names of behaviors: {', '.join(names) or 'none is set'}"
                why = refusal(got=repr(name), allowed=allowed, fix="add the behavior or correct its name")
                yield Problem(where="signed.open_behaviors", what=why)

    def is_signed(self, behavior: str) -> bool:
        """Whether the files of a behavior need a signature; `default` is the one for all other paths."""
        return bool(self.signed) and behavior not in (self.signed.open_behaviors if self.signed else ())
