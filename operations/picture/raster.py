"""From SVG to PNG, which holds the digest of the SVG it was made from."""

from __future__ import annotations

import hashlib
import struct
import zlib

from modules.errors import ProblemsError

_KEY = b"Source-SHA-256"
_HEADER = 8 + 25  # the signature and the IHDR chunk, which comes first


def png(svg: str) -> bytes:
    """The PNG of an SVG. Raises ProblemsError where what draws it is not installed."""
    try:
        import resvg_py
    except ImportError:
        why = "resvg-py is not installed; run `pip install -e '.[picture]'`, or write an .svg"
        raise ProblemsError.one("PNG", why) from None
    drawn = bytes(resvg_py.svg_to_bytes(svg_string=svg))
    return drawn[:_HEADER] + _text_chunk(digest(svg)) + drawn[_HEADER:]


def digest(svg: str) -> str:
    """The digest by which a PNG names its SVG."""
    return hashlib.sha256(svg.encode()).hexdigest()


def source_of(picture: bytes) -> str | None:
    """The digest that a PNG carries."""
    start = picture.find(_KEY + b"\0")
    return picture[start + len(_KEY) + 1 :][:64].decode() if start >= 0 else None


def _text_chunk(text: str) -> bytes:
    # PNG (third edition), 11.3.3.2: keyword, a zero byte, the text.
    body = b"tEXt" + _KEY + b"\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
