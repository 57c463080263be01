"""Draw the architecture of a Terraform JSON document on AWS, as SVG or PNG."""

from __future__ import annotations

from .drawing.picture import draw
from .errors import PictureError
from .raster import is_png_of, png, png_available

__all__ = ["PictureError", "draw", "is_png_of", "png", "png_available"]
