"""What of a stack runs where, and how it is."""

from operations.status.command import status

__all__ = ["status"]
