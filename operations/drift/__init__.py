"""`infra drift`: what was changed in AWS since the last apply, and not by Terraform."""

from operations.drift.command import drift

__all__ = ["drift"]
