"""`infra plan`: what a deployment would do, checked before anybody applies it."""

from operations.plan.command import plan

__all__ = ["plan"]
