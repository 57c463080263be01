"""`infra images`: what services run, what repositories have; images into them, built here or published."""

from operations.images.command import app

__all__ = ["app"]
