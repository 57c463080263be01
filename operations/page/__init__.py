"""`infra page`: one HTML file about a stack, for people who look at it without Terraform."""

from operations.page.command import page

__all__ = ["page"]
