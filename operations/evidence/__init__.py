"""`infra evidence`: which controls a stack meets, by what, and what it does not meet, and why."""

from operations.evidence.command import evidence

__all__ = ["evidence"]
