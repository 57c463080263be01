"""A session in a container of a running task."""

from operations.exec.command import exec_

__all__ = ["exec_"]
