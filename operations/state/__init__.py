"""`infra state`: the states of the stacks in their bucket, and their locks."""

from operations.state.commands import app

__all__ = ["app"]
