"""Which files are hashed, and the Content-Type of each."""

from __future__ import annotations

import pytest

from operations.publish.kinds import CACHE_CONTROL, Kind, content_type_of, kind_of

HASHED = (
    "assets/index-BJ5sWq2k.js",
    "assets/index--_aB3x1Z.css",
    "assets/index-BJ5sWq2k.js.map",
    "static/js/main.8f6ae8e3.chunk.js",
    "static/js/main.a1b2c3d4.js",
    "main.3f2a9c1b0d11aa22bb33.css",
    "main-5CFQRCPP.js",
    "_next/static/GqkL9/_buildManifest.js",
    "_app/immutable/entry/start.js",
)
NOT_HASHED = (
    "favicon.ico",
    "sw.js",
    "assets/font-semibold.woff2",
    "assets/Inter-SemiBold.woff2",
    "Inter-BoldItal.woff2",
    "assets/photo-1080x720.jpg",
    "assets/my-photo-12.jpg",
    "assets/report-20240101.pdf",
    "assets/roboto-v20-latin.woff2",
    "js/jquery-3.7.1.min.js",
    "manifest.webmanifest",
)


@pytest.mark.parametrize("key", HASHED)
def test_a_name_with_a_hash_is_found(key: str) -> None:
    assert kind_of(key) is Kind.HASHED


@pytest.mark.parametrize("key", NOT_HASHED)
def test_words_and_sizes_are_no_hashes(key: str) -> None:
    assert kind_of(key) is Kind.OTHER


def test_a_page_is_never_hashed() -> None:
    assert kind_of("assets/page-BJ5sWq2k.html", ["assets/*"]) is Kind.PAGE


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.HTML", "text/html; charset=utf-8"),
        ("a.json", "application/json; charset=utf-8"),
        ("a.map", "application/json; charset=utf-8"),
        ("site.webmanifest", "application/manifest+json; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.wasm", "application/wasm"),
        ("a.avif", "image/avif"),
        ("a.webp", "image/webp"),
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.mp4", "video/mp4"),
        ("a.pdf", "application/pdf"),
        ("favicon.ico", "image/vnd.microsoft.icon"),
        ("a.unheard", "application/octet-stream"),
        ("CNAME", "application/octet-stream"),
        (".well-known/apple-app-site-association", "application/json; charset=utf-8"),
    ],
)
def test_content_types(key: str, said: str) -> None:
    assert content_type_of(key) == said


def test_pages_and_hashed_files_are_cached_as_the_website_s_behaviors_say() -> None:
    assert CACHE_CONTROL[Kind.HASHED] == "public, max-age=31536000, immutable"
    assert CACHE_CONTROL[Kind.PAGE] == "no-cache"
