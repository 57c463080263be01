"""Content security policies: what is one, and how what is none is refused."""

from __future__ import annotations

import pytest

from modules.edge.distribution.content_security_policy import SELF_ONLY, ContentSecurityPolicy
from modules.errors import ProblemsError


def test_a_header_reads_as_it_was_written() -> None:
    text = (
        "default-src 'self'; img-src 'self' data: https://*.example.com:443/img/; "
        "script-src 'self' 'sha256-AbC+/=' 'strict-dynamic'; connect-src wss://api.example.com; "
        "frame-ancestors 'none'; upgrade-insecure-requests; report-uri /csp"
    )
    assert ContentSecurityPolicy.parse(text).header == text


def test_the_default_refuses_frames_and_objects() -> None:
    assert ContentSecurityPolicy.parse(SELF_ONLY.header) == SELF_ONLY
    assert SELF_ONLY.directives["frame-ancestors"] == SELF_ONLY.directives["object-src"] == ("'none'",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("default-src self", "default-src: got self; allowed: 'self'; put it in single quotes"),
        ("default-src 'selff'", "default-src: got \"'selff'\"; allowed: a quoted keyword"),
        ("defualt-src 'self'", "directives: got 'defualt-src'; allowed: default-src,"),
        ("default-src 'none' 'self'", "got 'none' with others; allowed: 'none' alone"),
        ("default-src", "default-src: got no source"),
        ("default-src 'self',img-src", "default-src: got \"'self',img-src\""),
        ("script-src nonce-abc", "script-src: got nonce-abc; allowed: 'nonce-abc'"),
        ("img-src https//example.com", "img-src: got 'https//example.com'"),
        ("upgrade-insecure-requests 1", "upgrade-insecure-requests: got 1; allowed: no value"),
        ("default-src 'self'; default-src data:", "default-src: got it twice"),
        (" ; ", "directives: got no directive"),
    ],
)
def test_a_syntax_error_is_refused_by_directive(text: str, said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        ContentSecurityPolicy.parse(text)
    assert said in str(raised.value)


def test_all_errors_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as raised:
        ContentSecurityPolicy.parse("default-src self none; imgsrc *; font-src 'self' 'none'")
    assert len(raised.value.problems) == 4
