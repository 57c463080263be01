"""`infra publish`: a built frontend into the bucket of a stack's website."""

from operations.publish.command import publish

__all__ = ["publish"]
