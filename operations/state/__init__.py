"""`infra state`: where the states of the stacks are, who holds them, and how they get into their bucket."""

from operations.state.commands import app

__all__ = ["app"]
