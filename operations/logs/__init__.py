"""The lines of several services, merged by time."""

from operations.logs.command import logs

__all__ = ["logs"]
