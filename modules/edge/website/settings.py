"""Settings of websites: cache behaviors, security headers, distribution. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from ...dns.names import Domain
from ...errors import Problem, refusal
from ...settings import settings
from .content_security_policy import SELF_ONLY, ContentSecurityPolicy

Seconds = Annotated[int, Field(ge=0, le=31_536_000)]
HOUR, DAY, YEAR = 3600, 86_400, 31_536_000
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@settings
class SecurityHeaders:
    """Security headers that CloudFront adds to every response, or replaces."""

    content_security_policy: ContentSecurityPolicy | None = SELF_ONLY
    # Two years; hstspreload.org requires at least one.
    strict_transport_security_seconds: PositiveInt = 2 * YEAR
    include_subdomains: bool = True
    # Removal from browsers' preload lists takes years: every subdomain must support HTTPS.
    preload: bool = False
    frame: Literal["DENY", "SAMEORIGIN"] = "DENY"
    referrer: Literal["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"] = (
        "strict-origin-when-cross-origin"
    )
    # Feature → allowlist: () disables it, ("self",) allows the site itself.
    permissions: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"camera": (), "geolocation": (), "microphone": (), "payment": (), "usb": ()}
    )

    @property
    def permissions_policy(self) -> str:
        """The value of the Permissions-Policy header."""
        return ", ".join(
            f"{feature}=({' '.join(allowed)})" for feature, allowed in sorted(self.permissions.items())
        )

    def problems(self) -> Iterator[Problem]:
        """Preload without subdomains, and invalid features."""
        if self.preload and not self.include_subdomains:
            why = refusal(got="preload alone", allowed="preload with include_subdomains", fix="set both")
            yield Problem(where="preload", what=why)
        for feature, allowed in self.permissions.items():
            wrong = [one for one in allowed if one != "self" and not re.fullmatch(r'"https://[^"\s]+"', one)]
            if not _NAME.fullmatch(feature) or wrong:
                why = refusal(
                    got=f"{feature}={list(allowed)}",
                    allowed='a feature with self or a quoted origin such as "https://maps.example.com"',
                    fix="correct it",
                )
                yield Problem(where="permissions", what=why)


@settings
class CacheBehavior:
    """A cache behavior: path pattern and TTL in seconds; `browser` is the Cache-Control header.

    Files with a content hash in their names never change: a year, immutable. Other files need a short TTL.
    """

    name: str
    path: str
    ttl: Seconds
    browser: str | None = None

    def problems(self) -> Iterator[Problem]:
        """An invalid name or path pattern."""
        if not _NAME.fullmatch(self.name):
            why = refusal(got=repr(self.name), allowed="lower-case words joined by '-'", fix="rename it")
            yield Problem(where="name", what=why)
        if not self.path or len(self.path) > 255 or re.search(r"[^A-Za-z0-9_\-.*$/~\"'@:+&?]", self.path):
            allowed = 'a path pattern such as /assets/* (CloudFront developer guide, "Path pattern")'
            yield Problem(
                where=self.name, what=refusal(got=repr(self.path), allowed=allowed, fix="correct it")
            )


HASHED_ASSETS = CacheBehavior(
    name="assets", path="/assets/*", ttl=YEAR, browser=f"public, max-age={YEAR}, immutable"
)
ENTRY_PAGE = CacheBehavior(name="index", path="/index.html", ttl=60, browser="no-cache")


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
    index_document: str = "index.html"
    # For single-page applications: a path without an extension is one of the application's, which the index
    # document answers. It is the page of a missing file (404) and of a refused request (403), too.
    single_page: bool = True
    # PriceClass_100 has edge locations in Europe and North America; PriceClass_All on all continents.
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = "PriceClass_100"
    # Allowed countries (ISO 3166); empty means no geographic restriction.
    allowed_countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    # Cache hit rate, origin latency and error rates by status; priced for each distribution.
    additional_metrics: bool = False
    # None: no access logs.
    log_retention_days: PositiveInt | None = 90
    # How long noncurrent versions of files are kept.
    keep_versions_days: PositiveInt = 30

    @property
    def hosts(self) -> tuple[Domain, ...]:
        """Every host that the distribution answers."""
        return (*self.domains, *self.redirected_domains)

    def problems(self) -> Iterator[Problem]:
        """Duplicate behaviors and domains; redirects to nowhere; an invalid index document."""
        for where, values in (
            ("domains", self.hosts),
            ("behaviors", [one.name for one in self.behaviors]),
            ("behaviors", [one.path for one in self.behaviors]),
        ):
            for value in sorted({one for one in values if list(values).count(one) > 1}):
                why = refusal(got=f"{value!r} twice", allowed="each once", fix="remove or rename one")
                yield Problem(where=where, what=why)
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
