"""Settings that distributions share: cache behaviors and security headers. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import HeaderLine, HeaderValue, Name, Positive, Text
from .content_security_policy import SELF_ONLY, ContentSecurityPolicy

PriceClass = Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"]
Country = Annotated[str, Text(pattern=r"[A-Z]{2}", longest=2, allowed="a country by ISO 3166, such as NG")]
Seconds = Annotated[int, Field(ge=0, le=31_536_000)]
HOUR, DAY, YEAR = 3600, 86_400, 31_536_000
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@settings
class SecurityHeaders:
    """Security headers that CloudFront adds to every response, or replaces."""

    content_security_policy: ContentSecurityPolicy | None = SELF_ONLY
    # Two years; hstspreload.org requires at least one.
    strict_transport_security_seconds: Positive = 2 * YEAR
    include_subdomains: bool = True
    # Removal from browsers' preload lists takes years: every subdomain must support HTTPS.
    preload: bool = False
    frame: Literal["DENY", "SAMEORIGIN"] = "DENY"
    referrer: Literal["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"] = (
        "strict-origin-when-cross-origin"
    )
    # Feature → allowlist: () disables it, ("self",) allows the site itself.
    permissions: Mapping[Name, tuple[HeaderValue, ...]] = field(
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

    name: Name
    path: str
    ttl: Seconds
    browser: HeaderLine | None = None

    def problems(self) -> Iterator[Problem]:
        """An invalid path pattern."""
        if not self.path or len(self.path) > 255 or re.search(r"[^A-Za-z0-9_\-.*$/~\"'@:+&?]", self.path):
            allowed = 'a path pattern such as /assets/* (CloudFront developer guide, "Path pattern")'
            yield Problem(
                where=self.name, what=refusal(got=repr(self.path), allowed=allowed, fix="correct it")
            )


HASHED_ASSETS = CacheBehavior(
    name="assets", path="/assets/*", ttl=YEAR, browser=f"public, max-age={YEAR}, immutable"
)
ENTRY_PAGE = CacheBehavior(name="index", path="/index.html", ttl=60, browser="no-cache")


def repeated(domains: Sequence[str], behaviors: Sequence[CacheBehavior]) -> Iterator[Problem]:
    """Domains, names and path patterns that stand twice in the settings of one distribution."""
    for where, values in (
        ("domains", domains),
        ("behaviors", [one.name for one in behaviors]),
        ("behaviors", [one.path for one in behaviors]),
    ):
        for value in sorted({one for one in values if list(values).count(one) > 1}):
            why = refusal(got=f"{value!r} twice", allowed="each once", fix="remove or rename one")
            yield Problem(where=where, what=why)
