"""Terraform, run from Python: its version checked, its providers found, its errors raised, Ctrl-C safe."""

from operations.terraform.binary import terraform_binary
from operations.terraform.providers import provider_environment
from operations.terraform.results import Change, Event, LockedError, Output, Plan
from operations.terraform.runner import Terraform
from operations.terraform.unpushed import unpushed

__all__ = [
    "Change",
    "Event",
    "LockedError",
    "Output",
    "Plan",
    "Terraform",
    "provider_environment",
    "terraform_binary",
    "unpushed",
]
