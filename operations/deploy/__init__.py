"""`infra deploy`: images into services, each judged by its own service deployment."""

from operations.deploy.command import deploy

__all__ = ["deploy"]
