"""Terraform, run from Python: its version checked, its providers found, its errors raised, Ctrl-C safe."""

from operations.terraform.binary import terraform_binary
from operations.terraform.providers import provider_environment
from operations.terraform.results import Change, Event, Output, Plan, lock_id
from operations.terraform.runner import Terraform

__all__ = [
    "Change",
    "Event",
    "Output",
    "Plan",
    "Terraform",
    "lock_id",
    "provider_environment",
    "terraform_binary",
]
