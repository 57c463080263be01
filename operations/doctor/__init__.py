"""`infra doctor`: what is missing or too old on this machine, and how to fix each."""

from operations.doctor.command import doctor

__all__ = ["doctor"]
