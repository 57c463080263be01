"""The Content-Security-Policy header, with checked syntax. Pure.

Source: W3C, "Content Security Policy Level 3", sections 2.3 (source lists) and 6 (directives).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from ...errors import Problem, ProblemsError, refusal
from ...settings import settings
from ...values import Text

_FETCH = (
    *("default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem"),
    *("style-src-attr", "img-src", "font-src", "connect-src", "media-src", "object-src", "frame-src"),
    *("child-src", "worker-src", "manifest-src", "base-uri", "form-action", "frame-ancestors"),
)
_WITHOUT_VALUE = ("upgrade-insecure-requests", "block-all-mixed-content")
_OTHER = ("sandbox", "report-to", "report-uri", "require-trusted-types-for", "trusted-types")
_KEYWORDS = (
    *("self", "none", "unsafe-inline", "unsafe-eval", "wasm-unsafe-eval", "unsafe-hashes"),
    *("strict-dynamic", "report-sample"),
)
_QUOTED = re.compile(rf"'({'|'.join(_KEYWORDS)}|nonce-[\w+/=-]+|sha(256|384|512)-[\w+/=-]+)'")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_HOST = re.compile(
    r"([a-z][a-z0-9+.-]*://)?(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)(:(\d{1,5}|\*))?(/(?!/)[^\s;,]*)?",
    re.IGNORECASE,
)

# W3C, "Content Security Policy Level 3", source lists: neither spaces nor `,` and `;`.
_Source = Annotated[
    str,
    Text(
        pattern=r"[!-~]+",
        longest=1_024,
        allowed="a source such as 'self' or https://cdn.example.com",
    ),
]


@settings
class ContentSecurityPolicy:
    """Directive → sources: `{"default-src": ("'self'",), "img-src": ("'self'", "data:")}`.

    Raises ProblemsError for unknown directives and invalid sources: a browser would ignore them, and protect
    less than intended.
    """

    directives: Mapping[str, tuple[_Source, ...]]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The policy from the text of a header."""
        directives: dict[str, tuple[str, ...]] = {}
        twice = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            name, *sources = part.split()
            if name in directives:
                why = refusal(got="it twice", allowed="each directive once", fix="join the two")
                twice.append(Problem(where=f"ContentSecurityPolicy.{name}", what=why))
            directives[name] = tuple(sources)
        if twice:
            raise ProblemsError(twice)
        return cls(directives=directives)

    @property
    def header(self) -> str:
        """The value of the Content-Security-Policy header."""
        return "; ".join(" ".join((name, *sources)) for name, sources in self.directives.items())

    def problems(self) -> Iterator[Problem]:
        """Invalid directives and sources."""
        if not self.directives:
            why = refusal(got="no directive", allowed="one or more", fix="begin with default-src 'self'")
            yield Problem(where="directives", what=why)
        for name, sources in self.directives.items():
            yield from _directive_problems(name, sources)


def _directive_problems(name: str, sources: tuple[str, ...]) -> Iterator[Problem]:
    if name in _WITHOUT_VALUE:
        if sources:
            yield Problem(
                where=name, what=refusal(got=" ".join(sources), allowed="no value", fix="remove it")
            )
    elif name in _OTHER:
        for source in sources:
            if re.search(r"[;,\s]", source):
                why = refusal(got=repr(source), allowed="a value without ; , or spaces", fix="correct it")
                yield Problem(where=name, what=why)
    elif name in _FETCH:
        yield from _source_problems(name, sources)
    else:
        allowed = ", ".join((*_FETCH, *_WITHOUT_VALUE, *_OTHER))
        yield Problem(
            where="directives", what=refusal(got=repr(name), allowed=allowed, fix="correct its name")
        )


def _source_problems(name: str, sources: tuple[str, ...]) -> Iterator[Problem]:
    if not sources:
        why = refusal(got="no source", allowed="sources, or 'none' in quotes", fix="name what is allowed")
        yield Problem(where=name, what=why)
    if "'none'" in sources and len(sources) > 1:
        why = refusal(got="'none' with others", allowed="'none' alone", fix="remove it or the others")
        yield Problem(where=name, what=why)
    for source in sources:
        if source.startswith(("nonce-", "sha256-", "sha384-", "sha512-")) or source in _KEYWORDS:
            why = refusal(got=source, allowed=f"'{source}'", fix="put it in single quotes")
            yield Problem(where=name, what=why)
        elif not any(form.fullmatch(source) for form in (_QUOTED, _SCHEME, _HOST)):
            allowed = "a quoted keyword such as 'self', a scheme such as data:, or a host"
            yield Problem(where=name, what=refusal(got=repr(source), allowed=allowed, fix="correct it"))


SELF_ONLY = ContentSecurityPolicy(
    directives={
        "default-src": ("'self'",),
        "base-uri": ("'self'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("'none'",),
        "img-src": ("'self'", "data:"),
        "object-src": ("'none'",),
        "upgrade-insecure-requests": (),
    }
)
