"""The error of this package."""

from __future__ import annotations


class PictureError(Exception):
    """A sentence for people: what cannot be drawn, what is allowed, and how to fix it."""
