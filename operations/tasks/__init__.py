"""One-off tasks of a service: a command that a person names, or the migration of the settings."""

from operations.tasks.migrate import migrate
from operations.tasks.run import run

__all__ = ["migrate", "run"]
