"""Where an image to push comes from: an OCI layout, an archive, Docker."""

from operations.images.sources.source import opened

__all__ = ["opened"]
