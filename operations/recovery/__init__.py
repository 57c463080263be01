"""`infra recovery`: a second region takes over, and the first one comes back."""

from operations.recovery.command import app

__all__ = ["app"]
