"""`infra orphans`: what carries a stack's tags and stands in no state, with the blocks that adopt it."""

from operations.orphans.command import orphans

__all__ = ["orphans"]
