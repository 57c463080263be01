"""What a file of a frontend is: hashed or not, its Content-Type, Cache-Control and Content-Encoding. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from mimetypes import MimeTypes
from pathlib import PurePosixPath

from modules.edge.distribution.settings import ENTRY_PAGE, HASHED_ASSETS

# Without the files of this machine, which name other types elsewhere.
_TYPES = MimeTypes(filenames=())
# What Python 3.11 lacks or has otherwise. Source: IANA, "Media Types"; RFC 9239 (JavaScript); W3C, "Web
# Application Manifest"; RFC 8081 (fonts).
_MORE_TYPES = {
    ".avif": "image/avif",
    ".cjs": "text/javascript",
    ".data": "application/octet-stream",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".otf": "font/otf",
    ".rss": "application/rss+xml",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
}
# JSON without an ending. Source: Apple, "Supporting associated domains".
_APPLE, _JSON = ".well-known/apple-app-site-association", "application/json"
_UNKNOWN = "application/octet-stream"
# Types that are text, besides text/*. JSON is UTF-8 by RFC 8259, but says so for programs that guess.
_TEXT = {
    "application/json",
    "application/manifest+json",
    "application/geo+json",
    "application/rss+xml",
    "application/xml",
    "application/yaml",
    "image/svg+xml",
}
_CODINGS = {".br": "br", ".gz": "gzip"}
# What a web page loads; any other compressed file is a download, which stays compressed.
_LOADED = {".js", ".mjs", ".css", ".html", ".json", ".svg", ".wasm", ".data"}

# Folders that a bundler fills with files whose names change with their contents.
# Sources: Next.js, "Deploying" (`_next/static` is immutable); SvelteKit, adapter-static (`_app/immutable`).
_IMMUTABLE = ("_next/static/", "_app/immutable/")
# A hash at the end of a name. Vite and Rollup: eight characters of base64url; webpack and Next.js: 8 to 64
# hexadecimal digits; esbuild and Angular: eight characters of base32.
_HEX = re.compile(r".+[-._]([0-9a-f]{8,64})")
_BASE64 = re.compile(r".+[-.]([A-Za-z0-9_-]{8})")
_BASE32 = re.compile(r".+[-.]([A-Z2-7]{8})")
# Of index-Bc3dE9_x.js.map and of main.3f2a9c1b.chunk.js too.
_ENDINGS = re.compile(r"(\.chunk|\.module)?\.\w+(\.map|\.br|\.gz|\.LICENSE\.txt)?$")
# What looks like a hash and is a word, a version, a date or a size: semibold, SemiBold, chapter2, 1080x720.
_WORDS = re.compile(r"([A-Z]+|([A-Z]?[a-z]{3,})+|[A-Za-z]{1,2})?\d{0,4}|\d+x\d+|\d+")


class Kind(StrEnum):
    """In the order in which files are uploaded: what a page loads is there before the page."""

    HASHED = "hashed"
    OTHER = "other"
    PAGE = "page"


# HTML and hashed files as the website's cache behaviors have them (modules/edge/website).
CACHE_CONTROL = {
    Kind.HASHED: str(HASHED_ASSETS.browser),
    Kind.OTHER: "public, max-age=300",
    Kind.PAGE: str(ENTRY_PAGE.browser),
}


def kind_of(key: str, patterns: Sequence[str] = ()) -> Kind:
    """The kind of a file, by its path in the folder; `patterns` say which are hashed instead of the names."""
    if _ending(key) in {".html", ".htm"}:
        return Kind.PAGE
    if patterns:
        return Kind.HASHED if any(fnmatchcase(key, one) for one in patterns) else Kind.OTHER
    return Kind.HASHED if key.startswith(_IMMUTABLE) or _has_hash(key) else Kind.OTHER


def content_type_of(key: str) -> str:
    """The Content-Type of a file, by its ending, with the charset of a text."""
    if key.endswith(_APPLE):
        return f"{_JSON}; charset=utf-8"
    ending = _ending(key.removesuffix(_compressed(key)))
    found = _MORE_TYPES.get(ending) or _TYPES.types_map[True].get(ending, _UNKNOWN)
    return f"{found}; charset=utf-8" if found.startswith("text/") or found in _TEXT else found


def content_encoding_of(key: str) -> str | None:
    """The Content-Encoding of what a page loads compressed, such as game.wasm.br; else None."""
    return _CODINGS.get(_compressed(key))


def _compressed(key: str) -> str:
    path = PurePosixPath(key.lower())
    inner = path.suffixes[-2] if len(path.suffixes) > 1 else ""
    return path.suffix if path.suffix in _CODINGS and inner in _LOADED else ""


def _ending(key: str) -> str:
    return PurePosixPath(key.lower()).suffix


def _has_hash(key: str) -> bool:
    path = PurePosixPath(key)
    name = re.sub(_ENDINGS, "", path.name)
    # In the root of the folder lie the files that somebody named, such as Inter-SemiBold.woff2.
    of_folder = _BASE64 if len(path.parts) > 1 else _BASE32
    found = _HEX.fullmatch(name) or of_folder.fullmatch(name)
    return found is not None and not all(_WORDS.fullmatch(one) for one in re.split("[-_]", found[1]))
