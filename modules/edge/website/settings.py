"""Settings of websites: cache, security headers, distribution. Pure."""

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
    """Headers that CloudFront adds to every response, whatever the bucket says."""

    content_security_policy: ContentSecurityPolicy | None = SELF_ONLY
    # Two years; what hstspreload.org asks for at least one of.
    strict_transport_security_seconds: PositiveInt = 2 * YEAR
    include_subdomains: bool = True
    # Browsers keep the preload list for years: only for who is sure of every subdomain.
    preload: bool = False
    frame: Literal["DENY", "SAMEORIGIN"] = "DENY"
    referrer: Literal["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"] = (
        "strict-origin-when-cross-origin"
    )
    # Feature → who may use it: () is nobody, ("self",) the site itself.
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
        """What the preload list refuses, and features that are none."""
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
    """How long one kind of files is kept, in seconds, by CloudFront; `browser` is their Cache-Control header.

    What a build names by its content never changes: a year, immutable. What keeps its name is asked for anew.
    """

    name: str
    path: str
    ttl: Seconds
    browser: str | None = None

    def problems(self) -> Iterator[Problem]:
        """Names that make no id, and paths that are none."""
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
    """A static website. `protected` keeps a plan from destroying its files.

    `ttl` (seconds) holds where a file has no Cache-Control header of its own.
    """

    domains: tuple[Domain, ...] = ()
    protected: bool = True
    ttl: Seconds = DAY
    behaviors: tuple[CacheBehavior, ...] = ()
    headers: SecurityHeaders = SecurityHeaders()
    index_document: str = "index.html"
    # The application draws its own pages: a path without a file is answered with the index, 200.
    single_page: bool = True
    # Europe and North America, where most users are, at the lowest price; _All adds the other continents.
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = "PriceClass_100"
    # Countries (ISO 3166) that are served alone; none is everywhere.
    allowed_countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()
    # CloudWatch's cache hit rate and error rates by status, for a price by distribution.
    additional_metrics: bool = False
    log_retention_days: PositiveInt | None = 90
    # How long old versions of files can be brought back.
    keep_versions_days: PositiveInt = 30

    def problems(self) -> Iterator[Problem]:
        """Behaviours and domains that appear twice."""
        for where, values in (
            ("domains", self.domains),
            ("behaviors", [one.name for one in self.behaviors]),
            ("behaviors", [one.path for one in self.behaviors]),
        ):
            for value in sorted({one for one in values if list(values).count(one) > 1}):
                why = refusal(got=f"{value!r} twice", allowed="each once", fix="remove or rename one")
                yield Problem(where=where, what=why)
        if self.index_document.startswith("/") or not self.index_document:
            why = refusal(
                got=repr(self.index_document), allowed="a file name such as index.html", fix="correct it"
            )
            yield Problem(where="index_document", what=why)
