"""`infra doctor`: what is missing or too old on this machine, and how to mend each."""

from operations.doctor.command import doctor

__all__ = ["doctor"]
