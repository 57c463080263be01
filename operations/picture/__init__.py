"""A stack's architecture as a picture."""

from operations.picture.command import picture

__all__ = ["picture"]
