"""`infra new`: a small product of your own."""

from operations.new.command import new

__all__ = ["new"]
