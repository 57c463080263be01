"""`infra pause` and `infra resume`: a stack without tasks and databases, and back."""

from operations.pause.command import pause, resume

__all__ = ["pause", "resume"]
