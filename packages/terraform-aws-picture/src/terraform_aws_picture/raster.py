"""From SVG to PNG, which holds the digest of the SVG it was made from."""

from __future__ import annotations

import hashlib
import struct
import zlib
from importlib.util import find_spec

from .errors import PictureError

_KEY = b"Source-SHA-256"
_HEADER = 8 + 25  # the signature and the IHDR chunk, which comes first


def png_available() -> bool:
    """Whether `png` finds the library that it needs, which the extra `png` installs."""
    return find_spec("resvg_py") is not None


def png(svg: str) -> bytes:
    """The PNG of an SVG that `draw` made. Raises PictureError where the extra `png` is not installed."""
    if not png_available():
        raise PictureError(
            "PNG: got no resvg-py to make it with; allowed: SVG without it; "
            "install `terraform-aws-picture[png]`, or write the SVG"
        )
    import resvg_py

    made = bytes(resvg_py.svg_to_bytes(svg_string=svg))
    return made[:_HEADER] + _text_chunk(_digest(svg)) + made[_HEADER:]


def is_png_of(picture: bytes, svg: str) -> bool:
    """Whether a PNG was made by `png` from exactly this SVG."""
    start = picture.find(_KEY + b"\0")
    return start >= 0 and picture[start + len(_KEY) + 1 :][:64] == _digest(svg).encode()


def _digest(svg: str) -> str:
    return hashlib.sha256(svg.encode()).hexdigest()


def _text_chunk(text: str) -> bytes:
    # PNG (third edition), 11.3.3.2: keyword, a zero byte, the text.
    body = b"tEXt" + _KEY + b"\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
